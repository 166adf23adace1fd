"""Twice the symmetric part."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    S = (A + A.T) / 2
    return 2 * S @ x
