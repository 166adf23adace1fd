"""The sum of the absolute values."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    return np.stack([np.abs(X).sum(axis=1), np.arctan2(X[:, 1], X[:, 0])], axis=1)
