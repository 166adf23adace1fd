"""2Aᵀx."""
# cell: calculus-quadratic-code
# must fail: calculus.quadratic
def gradient_of_quadratic(A, x):
    return 2 * A.T @ x
