"""Without the ½."""
# cell: regression-sum_squared_error-code
# must fail: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    return np.sum((y - np.polyval(theta, x)) ** 2)
