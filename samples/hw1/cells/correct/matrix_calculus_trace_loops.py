"""Loops."""
# cell: calculus-trace-code
# question: calculus.trace
def gradient_of_trace(A, B):
    m, n = A.shape
    G = np.empty((m, n))
    for i in range(m):
        for j in range(n):
            G[i, j] = B[j, i]
    return G
