"""Returns the position."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(x, y, orders, k, rng)
    place = int(np.argmin(v.mean(axis=1)))
    theta = fit_polynomial(x, y, orders[place])
    return place, theta, sum_squared_error(theta, x_test, y_test) / len(x_test)
