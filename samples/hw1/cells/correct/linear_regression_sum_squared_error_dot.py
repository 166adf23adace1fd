"""A scalar product."""
# cell: regression-sum_squared_error-code
# question: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    e = polynomial_features(x, theta.size - 1) @ theta - y
    return e @ e / 2
