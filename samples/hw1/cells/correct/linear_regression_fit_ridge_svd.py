"""Singular values."""
# cell: regression-fit_ridge-code
# question: regression.fit_ridge
def fit_ridge(x, y, order, lam):
    U, s, Vt = np.linalg.svd(np.vander(x, order + 1), full_matrices=False)
    return Vt.T @ (s / (s * s + lam) * (U.T @ y))
