"""Masks, orders outside."""
# cell: regression-cross_validate-code
# question: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    folds = [np.asarray(f) for f in k_fold_indices(len(x), k, rng)]
    training, validation = [], []
    for order in orders:
        t, v = [], []
        for fold in folds:
            inside = np.ones(len(x), dtype=bool)
            inside[fold] = False
            theta = fit_polynomial(x[inside], y[inside], order)
            t.append(sum_squared_error(theta, x[inside], y[inside]) / inside.sum())
            v.append(sum_squared_error(theta, x[~inside], y[~inside]) / len(fold))
        training.append(t)
        validation.append(v)
    return np.array(training), np.array(validation)
