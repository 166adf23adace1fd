"""Divided by all examples."""
# cell: regression-cross_validate-code
# must fail: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    folds = [np.asarray(f) for f in k_fold_indices(len(x), k, rng)]
    t, v = np.zeros((len(orders), k)), np.zeros((len(orders), k))
    for i, m in enumerate(orders):
        for j, fold in enumerate(folds):
            rest = np.setdiff1d(np.arange(len(x)), fold)
            theta = fit_polynomial(x[rest], y[rest], m)
            t[i, j] = sum_squared_error(theta, x[rest], y[rest]) / len(x)
            v[i, j] = sum_squared_error(theta, x[fold], y[fold]) / len(x)
    return t, v
