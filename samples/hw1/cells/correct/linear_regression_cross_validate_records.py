"""A dictionary of errors by turn and order; folds are sets, models are polynomial objects."""
# cell: regression-cross_validate-code
# question: regression.cross_validate
def cross_validate(x, y, orders, k, rng):
    everyone, table = set(range(len(x))), {}
    for j, fold in enumerate(k_fold_indices(len(x), k, rng)):
        out = {int(i) for i in fold}
        for row, order in enumerate(orders):
            model = np.poly1d(fit_polynomial(x[sorted(everyone - out)], y[sorted(everyone - out)], order))
            for which, members in ((0, everyone - out), (1, out)):
                gaps = [y[i] - model(x[i]) for i in members]
                table[which, row, j] = sum(gap * gap for gap in gaps) / len(gaps) / 2
    both = np.empty((2, len(orders), k), order="F")
    for place, error in table.items():
        both[place] = error
    return tuple(both)
