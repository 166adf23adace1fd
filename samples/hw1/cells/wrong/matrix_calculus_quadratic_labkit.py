"""The checker's own differences."""
# cell: calculus-quadratic-code
# must fail: calculus.quadratic
from labkit import numerical_gradient


def gradient_of_quadratic(A, x):
    return numerical_gradient(lambda x: x @ A @ x, x)
