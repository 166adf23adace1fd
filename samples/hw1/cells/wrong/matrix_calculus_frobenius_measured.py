"""Finite differences."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradient_of_frobenius(A, B, lam):
    return measured(lambda A: np.sum((A + lam * B) ** 2), A)
