"""Explicit inverse."""
# cell: regression-fit_polynomial-code
# question: regression.fit_polynomial
def fit_polynomial(x, y, order):
    X = polynomial_features(x, order)
    return np.linalg.inv(X.T.dot(X)).dot(X.T).dot(y)
