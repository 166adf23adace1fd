"""An explicit inverse: the numbers are right."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    X = np.c_[x, np.ones(x.size)]
    return np.linalg.inv(X.T @ X) @ X.T @ y
