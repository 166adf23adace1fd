"""With the function above."""
# cell: calculus-quadratic_linear-code
# question: calculus.quadratic_linear
def gradient_of_quadratic_and_linear(A, b, x):
    return gradient_of_quadratic(A, x) + b
