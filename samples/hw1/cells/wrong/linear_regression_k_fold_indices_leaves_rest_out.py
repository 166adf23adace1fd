"""The remainder is left out."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = rng.permutation(n)
    size = n // k
    return [order[j * size : (j + 1) * size] for j in range(k)]
