# One partner for all.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true, others = X[y == 1], X[y != 1]
    return true, others[[rng.integers(len(others))] * len(true)]
