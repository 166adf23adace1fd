"""Sums over equally many folds."""
# cell: regression-choose_and_test-code
# question: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    best = np.sum(cross_validate(x, y, orders, k, rng)[1], axis=1).argmin()
    theta = fit_polynomial(x, y, orders[best])
    return [orders[best], theta, 0.5 * np.mean((y_test - polynomial_features(x_test, orders[best]) @ theta) ** 2)]
