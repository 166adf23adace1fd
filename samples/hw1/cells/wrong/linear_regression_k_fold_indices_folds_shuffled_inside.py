"""Cuts first, shuffles inside."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    return [rng.permutation(fold) for fold in np.array_split(np.arange(n), k)]
