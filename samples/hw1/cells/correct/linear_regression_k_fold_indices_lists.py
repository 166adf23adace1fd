"""Plain lists, dealt like cards."""
# cell: regression-k_fold_indices-code
# question: regression.k_fold_indices
def k_fold_indices(n, k, rng):
    folds = [[] for _ in range(k)]
    for place, index in enumerate(rng.permutation(n).tolist()):
        folds[place % k].append(index)
    return folds
