"""Finite differences."""
# cell: calculus-trace-code
# must fail: calculus.trace
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradient_of_trace(A, B):
    return measured(lambda A: np.trace(A @ B), A)
