"""Vandermonde."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    return np.vander(x, order + 1)
