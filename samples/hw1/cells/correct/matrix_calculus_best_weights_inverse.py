"""Explicit inverse."""
# cell: calculus-best_weights-code
# question: calculus.best_weights
def best_weights(X, Y):
    return Y.T @ X @ np.linalg.inv(X.T @ X)
