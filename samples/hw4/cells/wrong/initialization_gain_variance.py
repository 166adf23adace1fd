"""The variance of f(z) for its mean square."""
# cell: initialization-gain-code
# must fail: initialization.gain


def gain(f):
    z = np.random.default_rng(0).standard_normal(1_000_000)
    return 1 / np.var(f(z))
