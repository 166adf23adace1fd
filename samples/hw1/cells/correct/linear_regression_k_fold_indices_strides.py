"""Every k-th of a permutation."""
# cell: regression-k_fold_indices-code
# question: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = rng.permutation(n)
    return [order[j::k] for j in range(k)]
