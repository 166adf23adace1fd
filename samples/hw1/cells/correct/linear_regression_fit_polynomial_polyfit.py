"""NumPy's fit."""
# cell: regression-fit_polynomial-code
# question: regression.fit_polynomial
def fit_polynomial(x, y, order):
    return np.polyfit(x, y, order)
