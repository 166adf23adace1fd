# cell: ner-pairs-code
# question: ner.pairs
from collections import namedtuple

Pairs = namedtuple("Pairs", "true corrupt")


def pairs(X, y, rng):
    true = X[y == 1]
    corrupt = true.copy()
    for row in range(len(true)):
        while True:
            n = rng.integers(len(y))
            if y[n] != 1:
                break
        corrupt[row] = X[n]
    return Pairs(true, corrupt)
