"""Horner in a loop."""
# cell: regression-sum_squared_error-code
# question: regression.sum_squared_error
def sum_squared_error(theta, x, y):
    total = 0.0
    for a, b in zip(x, y):
        p = 0.0
        for t in theta:
            p = p * a + t
        total += (b - p) ** 2
    return total / 2
