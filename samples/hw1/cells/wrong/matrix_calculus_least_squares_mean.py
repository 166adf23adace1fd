"""Mean."""
# cell: calculus-least_squares-code
# must fail: calculus.least_squares
def gradient_of_least_squares(W, X, Y):
    return (X @ W.T - Y).T @ X / len(X)
