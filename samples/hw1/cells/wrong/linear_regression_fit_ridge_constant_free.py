"""The constant is free."""
# cell: regression-fit_ridge-code
# must fail: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    P = np.eye(order + 1)
    P[-1, -1] = 0
    return np.linalg.solve(X.T @ X + lam * P, X.T @ y)
