"""Without b."""
# cell: calculus-quadratic_linear-code
# must fail: calculus.quadratic_linear
def gradient_of_quadratic_and_linear(A, b, x):
    return (A + A.T) @ x
