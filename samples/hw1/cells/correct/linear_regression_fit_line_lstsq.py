"""Least squares by NumPy."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    X = np.vstack([x, np.ones_like(x, dtype=float)]).T
    theta, *_ = np.linalg.lstsq(X, y, rcond=None)
    return theta
