"""Twice λ."""
# cell: regression-fit_ridge-code
# must fail: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    return np.linalg.solve(X.T @ X + 2 * lam * np.eye(order + 1), X.T @ y)
