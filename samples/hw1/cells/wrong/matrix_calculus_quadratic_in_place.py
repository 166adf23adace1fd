"""Symmetrizes A in place."""
# cell: calculus-quadratic-code
# must fail: calculus.quadratic
def gradient_of_quadratic(A, x):
    A += A.T.copy()
    return A @ x
