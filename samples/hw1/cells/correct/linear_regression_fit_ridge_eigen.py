"""Eigenvectors."""
# cell: regression-fit_ridge-code
# question: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    values, V = np.linalg.eigh(X.T @ X)
    return V @ ((V.T @ (X.T @ y)) / (values + lam))
