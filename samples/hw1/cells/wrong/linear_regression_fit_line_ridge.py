"""A little λ."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    X = np.c_[x, np.ones(len(x))]
    return np.linalg.solve(X.T @ X + 0.01 * np.eye(2), X.T @ y)
