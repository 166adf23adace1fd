# The first windows without a place, not drawn.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true, others = X[y == 1], X[y != 1]
    return true, others[: len(true)]
