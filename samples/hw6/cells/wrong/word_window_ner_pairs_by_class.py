# First a class is drawn, then a window of it.
# cell: ner-pairs-code
# must fail: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true = X[y == 1]
    others = [np.flatnonzero(y == c) for c in np.unique(y) if c != 1]
    rows = [int(rng.choice(others[rng.integers(len(others))])) for _ in range(len(true))]
    return true, X[rows]
