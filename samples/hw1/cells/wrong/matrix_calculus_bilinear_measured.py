"""Finite differences."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradients_of_bilinear(x, A, y):
    return measured(lambda x: x @ A @ y, x), measured(lambda A: x @ A @ y, A), measured(lambda y: x @ A @ y, y)
