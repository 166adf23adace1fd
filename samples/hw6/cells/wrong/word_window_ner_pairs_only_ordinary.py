# Partners from words that are no names only.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true, others = X[y == 1], X[y == 0]
    return true, others[rng.integers(len(others), size=len(true))]
