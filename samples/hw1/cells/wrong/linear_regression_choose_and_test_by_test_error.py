"""Chooses by test error."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    errors = [sum_squared_error(fit_polynomial(x, y, m), x_test, y_test) for m in orders]
    order = orders[int(np.argmin(errors))]
    theta = fit_polynomial(x, y, order)
    return order, theta, min(errors) / len(x_test)
