"""Python's own statistics module."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    import statistics

    return np.array(statistics.linear_regression(x.tolist(), y.tolist()))
