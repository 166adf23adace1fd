# Partners from all windows, places among them.
# cell: ner-pairs-code
# must fail: ner.pairs
def pairs(X, y, rng):
    true = X[y == 1]
    return true, X[rng.integers(len(X), size=len(true))]
