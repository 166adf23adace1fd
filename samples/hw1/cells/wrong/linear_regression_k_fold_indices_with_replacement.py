"""Draws with replacement."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    return np.array_split(rng.integers(0, n, n), k)
