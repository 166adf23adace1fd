"""Finite differences."""
# cell: calculus-least_squares-code
# must fail: calculus.least_squares
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradient_of_least_squares(W, X, Y):
    return measured(lambda W: 0.5 * np.sum((X @ W.T - Y) ** 2), W)
