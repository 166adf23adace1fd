"""The last fold alone decides."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, validation = cross_validate(x, y, orders, k, rng)
    order = orders[int(np.argmin(validation[:, -1]))]
    theta = fit_polynomial(x, y, order)
    return order, theta, sum_squared_error(theta, x_test, y_test) / len(x_test)
