"""The validation error for the test error."""
# cell: regression-choose_and_test-code
# must fail: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(x, y, orders, k, rng)
    order = orders[int(np.argmin(v.mean(axis=1)))]
    return order, fit_polynomial(x, y, order), v.mean(axis=1).min()
