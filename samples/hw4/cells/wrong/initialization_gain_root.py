"""A factor for the standard deviation."""
# cell: initialization-gain-code
# must fail: initialization.gain


def gain(f):
    z = np.random.default_rng(0).standard_normal(1_000_000)
    return 1 / np.sqrt(np.mean(f(z) ** 2))
