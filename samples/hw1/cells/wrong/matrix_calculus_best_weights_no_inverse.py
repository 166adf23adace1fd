"""YᵀX."""
# cell: calculus-best_weights-code
# must fail: calculus.best_weights
def best_weights(X, Y):
    return Y.T @ X
