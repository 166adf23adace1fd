"""yxᵀ."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, np.outer(y, x), A.T @ x
