"""Sorts random keys."""
# cell: regression-k_fold_indices-code
# question: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    order = np.argsort(rng.random(n))
    edges = np.linspace(0, n, k + 1).astype(int)
    return [order[a:b] for a, b in zip(edges[:-1], edges[1:])]
