"""Shuffles fold numbers."""
# cell: regression-k_fold_indices-code
# question: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    labels = rng.permutation(np.arange(n) % k)
    return tuple(np.flatnonzero(labels == j) for j in range(k))
