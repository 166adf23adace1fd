"""Intercept first."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    X = np.column_stack([np.ones(len(x)), x])
    return np.linalg.solve(X.T @ X, X.T @ y)
