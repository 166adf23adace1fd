"""Double loop."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    n = len(x)
    g = np.zeros(n)
    for k in range(n):
        g[k] = np.dot(A[k], x) + np.dot(A[:, k], x)
    return g
