"""The gradient of the start in every step."""
# cell: optimizers-steps_to-code
# must fail: optimizers.steps_to


def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    w, config = np.ones(len(curvatures)), dict(config)
    goal = tolerance * np.linalg.norm(w)
    for step in range(limit):
        if np.linalg.norm(w) <= goal:
            return step
        w, config = rule(w, curvatures.astype(float), config)
    return limit
