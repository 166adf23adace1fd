"""Changes x."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    m, k = x.mean(), y.mean()
    x -= m
    a = x @ (y - k) / (x @ x)
    return np.array([a, k - a * m])
