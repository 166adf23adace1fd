"""Examples as columns."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    X = np.stack([x, np.ones(len(x))])
    return np.linalg.solve(X.T @ X, X.T @ y)
