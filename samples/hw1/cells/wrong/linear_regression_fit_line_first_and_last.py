"""The line through the first and the last point."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    a = (y[-1] - y[0]) / (x[-1] - x[0])
    return np.array([a, y[0] - a * x[0]])
