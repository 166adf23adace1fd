"""A little λ."""
# cell: regression-fit_polynomial-code
# must fail: regression.fit_polynomial
def fit_polynomial(x, y, order):
    X = polynomial_features(x, order)
    return np.linalg.solve(X.T @ X + 1e-2 * np.eye(order + 1), X.T @ y)
