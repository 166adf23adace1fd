"""Multiplied out."""
# cell: calculus-least_squares-code
# question: calculus.least_squares
def gradient_of_least_squares(W, X, Y):
    return W @ (X.T @ X) - Y.T @ X
