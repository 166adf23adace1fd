"""lstsq."""
# cell: calculus-best_weights-code
# question: calculus.best_weights
def best_weights(X, Y):
    return np.linalg.lstsq(X, Y, rcond=None)[0].T
