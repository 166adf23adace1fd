"""Absolute values."""
# cell: regression-sum_squared_error-code
# must fail: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    return 0.5 * np.sum(np.abs(y - np.polyval(theta, x)))
