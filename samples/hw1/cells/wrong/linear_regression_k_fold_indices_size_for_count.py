"""k as the size of a fold."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = rng.permutation(n)
    return [order[i : i + k] for i in range(0, n, k)]
