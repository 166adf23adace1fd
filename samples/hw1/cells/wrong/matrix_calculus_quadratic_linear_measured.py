"""Finite differences."""
# cell: calculus-quadratic_linear-code
# must fail: calculus.quadratic_linear
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradient_of_quadratic_and_linear(A, b, x):
    return measured(lambda x: x @ A @ x + b @ x, x)
