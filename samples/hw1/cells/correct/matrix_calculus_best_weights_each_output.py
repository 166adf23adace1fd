"""Output by output."""
# cell: calculus-best_weights-code
# question: calculus.best_weights
def best_weights(X, Y):
    return np.array([np.linalg.solve(X.T @ X, X.T @ y) for y in Y.T])
