"""A sum over a grid."""
# cell: initialization-gain-code
# question: initialization.gain


def gain(f):
    z = np.arange(-8, 8, 0.001)
    p = np.exp(-z * z / 2)
    return p.sum() / (p * f(z) ** 2).sum()
