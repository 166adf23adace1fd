"""The rule's memory is lost."""
# cell: optimizers-steps_to-code
# must fail: optimizers.steps_to


def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    w = np.ones(len(curvatures))
    goal = tolerance * np.linalg.norm(w)
    for step in range(limit):
        if np.linalg.norm(w) <= goal:
            return step
        w, _ = rule(w, curvatures * w, dict(config))
    return limit
