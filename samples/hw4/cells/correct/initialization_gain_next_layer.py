"""A sum of draws in several parts."""
# cell: initialization-gain-code
# question: initialization.gain


def gain(f):
    rng = np.random.default_rng(12)
    parts = [np.mean(np.square(f(rng.standard_normal(250_000)))) for _ in range(8)]
    return float(1 / np.mean(parts))
