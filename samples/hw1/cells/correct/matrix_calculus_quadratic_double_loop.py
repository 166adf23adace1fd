"""Entry by entry, in Python."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    n, g = len(x), [0.0] * len(x)
    rows, v = A.tolist(), x.tolist()
    for i in range(n):
        for j in range(n):
            g[i] += rows[i][j] * v[j]
            g[j] += rows[i][j] * v[i]
    return np.array(g)
