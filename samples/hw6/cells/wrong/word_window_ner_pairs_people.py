# Places are taken for class 2.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true, others = X[y == 2], X[y != 2]
    return true, others[rng.integers(len(others), size=len(true))]
