"""Explicit inverse."""
# cell: regression-fit_ridge-code
# question: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    return np.linalg.inv(X.T @ X + lam * np.identity(order + 1)) @ (X.T @ y)
