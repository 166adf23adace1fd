"""Counts from one."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    return np.array_split(rng.permutation(n) + 1, k)
