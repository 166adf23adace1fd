"""x on the left."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    return x @ A + A @ x
