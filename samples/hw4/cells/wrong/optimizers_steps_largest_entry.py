# cell: optimizers-steps_to-code
# must fail: optimizers.steps_to
def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    """The largest entry for the length."""
    w, config = np.ones(len(curvatures)), dict(config)
    for step in range(limit):
        if np.abs(w).max() <= tolerance:
            return step
        w, config = rule(w, curvatures * w, config)
    return limit
