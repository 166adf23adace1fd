# Only the first two thirds of the windows can be drawn.
# cell: ner-pairs-code
# must fail: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true, others = X[y == 1], np.flatnonzero(y != 1)
    return true, X[others[rng.integers(0, max(1, 2 * len(others) // 3), len(true))]]
