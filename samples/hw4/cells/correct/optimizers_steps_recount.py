"""All lengths first."""
# cell: optimizers-steps_to-code
# question: optimizers.steps_to


def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    w, config = np.ones(len(curvatures)), config.copy()
    first = np.sqrt((w**2).sum())
    for step in range(limit + 1):
        if np.sqrt((w**2).sum()) / first <= tolerance:
            return np.int64(step)
        if step < limit:
            w, config = rule(w, curvatures * w, config)
    return limit
