"""Up to order − 1."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    return np.vander(x, order)
