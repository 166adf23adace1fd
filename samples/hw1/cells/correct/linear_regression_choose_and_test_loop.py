"""A loop with a record."""
# cell: regression-choose_and_test-code
# question: regression.choose_and_test
def choose_and_test(x, y, x_test, y_test, orders, k, rng):
    _, v = cross_validate(x, y, orders, k, rng)
    record, order = np.inf, None
    for m, row in zip(orders, v):
        if row.mean() < record:
            record, order = row.mean(), m
    theta = fit_polynomial(x, y, order)
    total = 0.0
    for a, b in zip(x_test, y_test):
        total += sum_squared_error(theta, np.array([a]), np.array([b]))
    return order, theta, total / len(x_test)
