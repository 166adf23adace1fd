"""A times the outer product."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, A * np.outer(x, y), A.T @ x
