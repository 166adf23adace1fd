"""In order."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    return np.array_split(np.arange(n), k)
