"""x by y."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    a, b = np.polyfit(y, x, 1)
    return np.array([1 / a, -b / a])
