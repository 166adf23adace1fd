# cell: regression-cross_validate-code
# question: regression.cross_validate, regression.choose_and_test
import numpy as np


def cross_validate(x, y, orders, k, rng):
    folds = k_fold_indices(len(x), k, rng)
    result = np.empty((2, len(orders), k))
    for j, fold in enumerate(folds):
        inside = np.isin(np.arange(len(x)), fold, invert=True)
        for i, order in enumerate(orders):
            theta = fit_polynomial(x[inside], y[inside], order)
            for which, rows in enumerate((inside, ~inside)):
                result[which, i, j] = sum_squared_error(theta, x[rows], y[rows]) / np.count_nonzero(rows)
    return result
