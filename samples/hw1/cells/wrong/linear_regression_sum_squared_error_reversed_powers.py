"""Lowest power first."""
# cell: regression-sum_squared_error-code
# must fail: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    return 0.5 * np.sum((y - np.polyval(theta[::-1], x)) ** 2)
