# Each partner once: fails where there are too few.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true, others = X[y == 1], X[y != 1]
    return true, others[rng.permutation(len(others))[: len(true)]]
