"""np.delete."""
# cell: regression-cross_validate-code
# question: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    folds = [np.asarray(f) for f in k_fold_indices(len(x), k, rng)]
    training = np.empty((len(orders), k))
    validation = np.empty_like(training)
    for i, m in enumerate(orders):
        for j in range(k):
            xt, yt = np.delete(x, folds[j]), np.delete(y, folds[j])
            theta = fit_polynomial(xt, yt, m)
            training[i, j] = sum_squared_error(theta, xt, yt) / xt.size
            validation[i, j] = sum_squared_error(theta, x[folds[j]], y[folds[j]]) / folds[j].size
    return training, validation
