"""Fitted to four fifths."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(x, y, orders, k, rng)
    order = orders[int(np.argmin(v.mean(axis=1)))]
    cut = len(x) * 4 // 5
    theta = fit_polynomial(x[:cut], y[:cut], order)
    return order, theta, sum_squared_error(theta, x_test, y_test) / len(x_test)
