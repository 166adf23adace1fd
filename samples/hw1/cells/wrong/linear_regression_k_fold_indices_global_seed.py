"""NumPy's global generator."""
# cell: regression-k_fold_indices-code
# must fail: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    np.random.seed(0)
    return np.array_split(np.random.permutation(n), k)
