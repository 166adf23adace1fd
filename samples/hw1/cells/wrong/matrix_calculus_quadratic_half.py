"""Half."""
# cell: calculus-quadratic-code
# must fail: calculus.quadratic
def gradient_of_quadratic(A, x):
    return 0.5 * (A + A.T) @ x
