"""Mean for sum."""
# cell: regression-sum_squared_error-code
# must fail: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    return 0.5 * np.mean((y - np.polyval(theta, x)) ** 2)
