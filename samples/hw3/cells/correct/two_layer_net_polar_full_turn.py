"""Angles from 0 to 2 pi."""
# cell: two_layer-polar-code
# question: two_layer.polar
def polar(X):
    r = np.linalg.norm(X, axis=1)
    theta = np.mod(np.arctan2(X[:, 1], X[:, 0]), 2 * np.pi)
    return np.c_[r, theta]
