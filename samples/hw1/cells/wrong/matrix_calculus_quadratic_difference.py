"""A − Aᵀ."""
# cell: calculus-quadratic-code
# must fail: calculus.quadratic
def gradient_of_quadratic(A, x):
    return (A - A.T) @ x
