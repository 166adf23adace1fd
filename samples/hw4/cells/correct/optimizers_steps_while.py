"""A while loop, squares of lengths."""
# cell: optimizers-steps_to-code
# question: optimizers.steps_to


def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    w, state, count = np.ones_like(curvatures, dtype=float), {**config}, 0
    while count < limit and w @ w > tolerance**2 * len(w):
        w, state = rule(w, w * curvatures, state)
        count += 1
    return count
