"""polyvander, its columns in the opposite order."""
# cell: regression-polynomial_features-code
# question: regression.polynomial_features
def polynomial_features(x, order):
    return np.flip(np.polynomial.polynomial.polyvander(x, order), axis=-1)
