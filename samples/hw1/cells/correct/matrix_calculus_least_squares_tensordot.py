"""tensordot."""
# cell: calculus-least_squares-code
# question: calculus.least_squares
def gradient_of_least_squares(W, X, Y):
    return np.tensordot(X.dot(W.T) - Y, X, axes=(0, 0))
