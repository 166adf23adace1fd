"""NumPy's fit."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    return np.polyfit(x, y, 1)
