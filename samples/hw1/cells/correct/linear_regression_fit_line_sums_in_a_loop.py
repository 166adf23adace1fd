"""Cramer's rule with sums from a loop."""
# cell: regression-fit_line-code
# question: regression.fit_line
def fit_line(x, y):
    sx = sy = sxx = sxy = 0.0
    for a, b in zip(x, y):
        sx += a
        sy += b
        sxx += a * a
        sxy += a * b
    n = len(x)
    d = n * sxx - sx * sx
    return np.array([(n * sxy - sx * sy) / d, (sxx * sy - sx * sxy) / d])
