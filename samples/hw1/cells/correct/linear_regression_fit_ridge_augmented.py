"""Rows of √λ below the features."""
# cell: regression-fit_ridge-code
# question: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    big = np.vstack([X, np.sqrt(lam) * np.eye(order + 1)])
    return np.linalg.lstsq(big, np.concatenate([y, np.zeros(order + 1)]), rcond=None)[0]
