# cell: initialization-gain-code
# question: initialization.gain
def gain(f):
    z = np.random.default_rng(7).normal(size=2_000_000)
    h = f(z)
    return 1 / (h.var() + h.mean() ** 2)
