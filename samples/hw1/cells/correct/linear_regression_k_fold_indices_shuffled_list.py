"""Shuffles an array in place."""
# cell: regression-k_fold_indices-code
# question: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return list(np.array_split(order, k))
