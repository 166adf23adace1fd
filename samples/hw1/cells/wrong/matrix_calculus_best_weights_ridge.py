"""A little λ."""
# cell: calculus-best_weights-code
# must fail: calculus.best_weights
def best_weights(X, Y):
    return np.linalg.solve(X.T @ X + 0.1 * np.eye(X.shape[1]), X.T @ Y).T
