"""Comprehensions, a list of two arrays."""
# cell: regression-cross_validate-code
# question: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    folds = [np.asarray(f) for f in k_fold_indices(len(x), k, rng)]
    def turn(m, j):
        rest = np.setdiff1d(np.arange(len(x)), folds[j])
        theta = fit_polynomial(x[rest], y[rest], m)
        return [sum_squared_error(theta, x[p], y[p]) / len(p) for p in (rest, folds[j])]
    table = np.array([[turn(m, j) for j in range(k)] for m in orders])
    return [table[..., 0], table[..., 1]]
