"""Everything that lstsq returns."""
# cell: regression-fit_polynomial-code
# must fail: regression.fit_polynomial
def fit_polynomial(x, y, order):
    return np.linalg.lstsq(polynomial_features(x, order), y, rcond=None)
