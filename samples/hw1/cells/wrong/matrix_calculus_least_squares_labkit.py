"""The checker's own differences."""
# cell: calculus-least_squares-code
# must fail: calculus.least_squares
from labkit import numerical_gradient


def gradient_of_least_squares(W, X, Y):
    return numerical_gradient(lambda W: 0.5 * np.sum((X @ W.T - Y) ** 2), W)
