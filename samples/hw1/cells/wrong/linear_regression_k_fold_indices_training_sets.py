"""Returns what is not held out."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = rng.permutation(n)
    return [np.setdiff1d(order, fold) for fold in np.array_split(order, k)]
