"""Without the constant."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    return np.stack([x**p for p in range(order, 0, -1)], axis=1)
