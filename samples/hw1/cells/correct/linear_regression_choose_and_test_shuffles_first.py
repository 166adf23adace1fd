"""The examples are shuffled before they are cross-validated, so that other folds decide."""
# cell: regression-choose_and_test-code
# question: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    mixed = rng.permutation(len(x))
    x, y = x[mixed], y[mixed]
    _, validation = cross_validate(x, y, orders, k, rng)
    order = min(zip(validation.mean(axis=1), orders))[1]
    theta = fit_polynomial(x, y, order)
    return order, theta, sum_squared_error(theta, x_test, y_test) / len(y_test)
