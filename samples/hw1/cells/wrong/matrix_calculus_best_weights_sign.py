"""Sign."""
# cell: calculus-best_weights-code
# must fail: calculus.best_weights
def best_weights(X, Y):
    return -np.linalg.lstsq(X, Y, rcond=None)[0].T
