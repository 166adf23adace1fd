"""Divided by N."""
# cell: calculus-best_weights-code
# must fail: calculus.best_weights
def best_weights(X, Y):
    return Y.T @ X @ np.linalg.inv(X.T @ X) / len(X)
