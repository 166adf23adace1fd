# Small singular values are cut off.
# cell: regression-fit_ridge-code
# must fail: regression.fit_ridge
import numpy as np


def fit_ridge(x, y, order, lam):
    X = polynomial_features(x, order)
    return np.linalg.pinv(X.T @ X + lam * np.eye(order + 1), rcond=1e-3) @ (X.T @ y)
