"""A polynomial of inputs that are scaled to -1 ... 1, converted back; the result is a view with a negative stride."""
# cell: regression-fit_polynomial-code
# question: regression.fit_polynomial
def fit_polynomial(x, y, order):
    return np.polynomial.Polynomial.fit(x, y, order).convert().coef[::-1]
