"""By arccos, with the sign of the second coordinate."""
# cell: two_layer-polar-code
# question: two_layer.polar
def polar(X):
    r = np.sqrt((X * X).sum(axis=1))
    safe = np.where(r == 0, 1.0, r)
    theta = np.arccos(np.clip(X[:, 0] / safe, -1, 1))
    return np.stack((r, np.where(X[:, 1] < 0, -theta, theta))).T
