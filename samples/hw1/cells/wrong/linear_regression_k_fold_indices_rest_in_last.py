"""The last fold takes the remainder."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = rng.permutation(n)
    size = n // k
    return [order[j * size : (j + 1) * size if j < k - 1 else n] for j in range(k)]
