"""An array of integers cuts fractions off."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    X = np.ones((len(x), order + 1), dtype=int)
    for p in range(order + 1):
        X[:, order - p] = x**p
    return X
