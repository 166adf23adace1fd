"""Raises x itself."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    X = np.ones((len(x), order + 1))
    base = x.copy()
    for j in range(order - 1, -1, -1):
        X[:, j] = x
        x *= base
    return X
