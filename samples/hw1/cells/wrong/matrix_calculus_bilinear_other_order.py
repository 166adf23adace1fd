"""In the order x, y, A."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, A.T @ x, np.outer(x, y)
