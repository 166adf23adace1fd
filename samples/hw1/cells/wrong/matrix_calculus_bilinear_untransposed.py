"""A where Aᵀ belongs."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, np.outer(x, y), (A @ x if A.shape[0] == A.shape[1] else A.T @ x * 0)
