"""Cross-validates on everything."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(np.append(x, x_test), np.append(y, y_test), orders, k, rng)
    order = orders[int(np.argmin(v.mean(axis=1)))]
    theta = fit_polynomial(x, y, order)
    return order, theta, sum_squared_error(theta, x_test, y_test) / len(x_test)
