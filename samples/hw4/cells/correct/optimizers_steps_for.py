# cell: optimizers-steps_to-code
# question: optimizers.steps_to
def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    w = np.full(len(curvatures), 1.0)
    config = {key: value for key, value in config.items()}
    goal = tolerance * np.sqrt(np.sum(w**2))
    for count in range(limit):
        if np.sqrt(np.sum(w**2)) <= goal:
            return count
        w, config = rule(w, np.asarray(curvatures) * w, config)
    return limit
