"""Shuffles the data, then cuts."""
# cell: regression-cross_validate-code
# question: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    order = np.concatenate([np.asarray(f) for f in k_fold_indices(len(x), k, rng)])
    xs, ys = np.array_split(x[order], k), np.array_split(y[order], k)
    t, v = np.zeros((len(orders), k)), np.zeros((len(orders), k))
    for j in range(k):
        a = np.concatenate(xs[:j] + xs[j + 1 :])
        b = np.concatenate(ys[:j] + ys[j + 1 :])
        for i, m in enumerate(orders):
            theta = fit_polynomial(a, b, m)
            t[i, j] = sum_squared_error(theta, a, b) / len(a)
            v[i, j] = sum_squared_error(theta, xs[j], ys[j]) / len(xs[j])
    return t, v
