"""The distance without its root."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    return np.stack([np.sum(X**2, axis=1), np.arctan2(X[:, 1], X[:, 0])], axis=1)
