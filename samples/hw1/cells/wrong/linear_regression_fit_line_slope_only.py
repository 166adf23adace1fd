"""Only the slope."""
# cell: regression-fit_line-code
# must fail: regression.fit_line
def fit_line(x, y):
    return np.polyfit(x, y, 1)[0]
