"""The order as a NumPy integer."""
# cell: regression-choose_and_test-code
# question: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    training, validation = cross_validate(x, y, orders, k, rng)
    order = np.array(orders)[np.argsort(validation.mean(1))[0]]
    theta = np.polyfit(x, y, order)
    error = np.mean((np.polyval(theta, x_test) - y_test) ** 2) / 2
    return order, theta, error
