"""Finite differences."""
# cell: calculus-traces-code
# must fail: calculus.traces
def measured(f, v):
    g, h = np.zeros(v.shape), 1e-5
    for place in np.ndindex(v.shape):
        up, down = v.copy(), v.copy()
        up[place] += h
        down[place] -= h
        g[place] = (f(up) - f(down)) / (2 * h)
    return g


def gradient_of_traces(A, B):
    return measured(lambda A: np.trace(B @ A + A.T @ B + A @ A @ B), A)
