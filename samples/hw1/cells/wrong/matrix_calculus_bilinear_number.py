"""xᵀy for A."""
# cell: calculus-bilinear-code
# must fail: calculus.bilinear
def gradients_of_bilinear(x, A, y):
    return A @ y, x[: min(len(x), len(y))] @ y[: min(len(x), len(y))], A.T @ x
