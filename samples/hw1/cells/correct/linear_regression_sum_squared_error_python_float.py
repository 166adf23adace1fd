"""math.fsum."""
# cell: regression-sum_squared_error-code
# question: regression.sum_squared_error
import math


def sum_squared_error(theta, x, y):
    return 0.5 * math.fsum((float(b) - float(np.polyval(theta, a))) ** 2 for a, b in zip(x, y))
