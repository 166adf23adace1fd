"""Powers of |x|."""
# cell: regression-polynomial_features-code
# must fail: regression.polynomial_features
def polynomial_features(x, order):
    return np.vander(np.abs(x), order + 1)
