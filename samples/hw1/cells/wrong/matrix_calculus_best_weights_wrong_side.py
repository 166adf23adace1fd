"""Inverse of XXᵀ."""
# cell: calculus-best_weights-code
# must fail: calculus.best_weights
def best_weights(X, Y):
    return Y.T @ np.linalg.pinv(X @ X.T) @ X * 0.9
