"""Stacked powers."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    return np.stack([x**p for p in range(order, -1, -1)], axis=1)
