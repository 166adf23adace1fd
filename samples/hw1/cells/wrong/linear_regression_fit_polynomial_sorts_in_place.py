"""Sorts x."""
# cell: regression-fit_polynomial-code
# must fail: regression.fit_polynomial
def fit_polynomial(x, y, order):
    theta = np.polyfit(x, y, order)
    x.sort()
    return theta
