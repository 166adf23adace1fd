"""x and y exchanged."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A.T @ x, np.outer(x, y), A @ y
