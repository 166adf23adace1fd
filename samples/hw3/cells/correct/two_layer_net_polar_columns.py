"""Column by column into an array."""
# cell: two_layer-polar-code
# question: two_layer.polar
def polar(X):
    features = np.empty((len(X), 2))
    features[:, 0] = np.sqrt(X[:, 0] ** 2 + X[:, 1] ** 2)
    features[:, 1] = np.arctan2(X[:, 1], X[:, 0])
    return features
