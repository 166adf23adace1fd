"""A twice."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, 2 * np.outer(x, y), A.T @ x
