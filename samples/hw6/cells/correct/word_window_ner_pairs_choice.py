# cell: ner-pairs-code
# question: ner.pairs
def pairs(X, y, rng):
    true = X[y == 1]
    corrupt = rng.choice(X[y != 1], size=len(true))
    return true, corrupt
