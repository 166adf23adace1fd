"""The line."""
# cell: regression-fit_polynomial-code
# must fail: regression.fit_polynomial
def fit_polynomial(x, y, order):
    return np.polyfit(x, y, 1)
