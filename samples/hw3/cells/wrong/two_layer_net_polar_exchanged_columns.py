"""The angle first."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    return np.stack([np.arctan2(X[:, 1], X[:, 0]), np.hypot(X[:, 0], X[:, 1])], axis=1)
