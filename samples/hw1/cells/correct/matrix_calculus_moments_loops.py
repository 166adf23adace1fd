"""Entry by entry."""
# cell: probability-moments-code
# question: probability.moments
def affine_moments(A, b, mean, cov):
    m = len(b)
    C = np.empty((m, m))
    for i in range(m):
        for j in range(m):
            C[i, j] = A[i] @ cov @ A[j]
    return np.array([A[i] @ mean + b[i] for i in range(m)]), C
