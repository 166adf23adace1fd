"""Without λ."""
# cell: regression-fit_ridge-code
# must fail: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    return np.linalg.lstsq(X, y, rcond=None)[0]
