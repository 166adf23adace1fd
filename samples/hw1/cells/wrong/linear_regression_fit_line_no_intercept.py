"""Through the origin."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    return np.array([x @ y / (x @ x), 0.0])
