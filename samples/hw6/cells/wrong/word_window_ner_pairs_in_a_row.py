# Only the beginning is drawn.
# cell: ner-pairs-code
# must fail: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true, others = X[y == 1], np.flatnonzero(y != 1)
    start = int(rng.integers(len(others)))
    return true, X[others[(start + np.arange(len(true))) % len(others)]]
