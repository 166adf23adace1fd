"""A norm."""
# cell: regression-sum_squared_error-code
# question: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    return 0.5 * np.linalg.norm(y - np.vander(x, len(theta)) @ theta) ** 2
