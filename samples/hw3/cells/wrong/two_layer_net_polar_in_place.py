"""X is overwritten."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    r, theta = np.hypot(X[:, 0], X[:, 1]), np.arctan2(X[:, 1], X[:, 0])
    X[:, 0], X[:, 1] = r, theta
    return X
