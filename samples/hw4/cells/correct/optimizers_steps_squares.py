# cell: optimizers-steps_to-code
# question: optimizers.steps_to
def steps_to(rule, config, curvatures, tolerance=1e-6, limit=100_000):
    """Squares are compared, the config is a deep copy, and a generator walks."""
    import copy
    import itertools

    def walk(w, memory):
        while True:
            yield float(w @ w)
            w, memory = rule(w.copy(), np.multiply(curvatures, w), memory)

    start = np.ones(np.shape(curvatures))
    lengths = itertools.islice(walk(start, copy.deepcopy(config)), limit)
    goal = tolerance**2 * start.size
    return next((count for count, square in enumerate(lengths) if square <= goal), limit)
