"""Cumulative products."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    X = np.tile(np.asarray(x, float)[:, None], (1, order + 1))
    X[:, 0] = 1
    return np.cumprod(X, axis=1)[:, ::-1].copy()
