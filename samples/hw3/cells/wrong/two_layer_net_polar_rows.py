"""One row of distances, one row of angles."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    return np.stack([np.hypot(X[:, 0], X[:, 1]), np.arctan2(X[:, 1], X[:, 0])])
