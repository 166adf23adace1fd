"""arccos, whatever the sign of the second coordinate."""
# cell: two_layer-polar-code
# must fail: two_layer.polar
def polar(X):
    r = np.linalg.norm(X, axis=1)
    return np.stack([r, np.arccos(X[:, 0] / r)], axis=1)
