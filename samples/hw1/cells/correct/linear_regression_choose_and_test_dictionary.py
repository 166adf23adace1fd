"""Means in a dictionary."""
# cell: regression-choose_and_test-code
# question: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(x, y, orders, k, rng)
    means = {m: float(np.mean(row)) for m, row in zip(orders, v)}
    order = min(means, key=means.get)
    theta = fit_polynomial(x, y, order)
    return order, theta, sum_squared_error(theta, x_test, y_test) / y_test.size
