"""Pseudoinverse."""
# cell: calculus-best_weights-code
# question: calculus.best_weights
def best_weights(X, Y):
    return Y.T @ np.linalg.pinv(X.T)
