"""Order − 1."""
# cell: regression-fit_polynomial-code
# must fail: regression.fit_polynomial
def fit_polynomial(x, y, order):
    return np.append(0.0, np.polyfit(x, y, order - 1)) if order else np.array([y.mean()])
