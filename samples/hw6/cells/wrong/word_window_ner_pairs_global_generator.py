# The global generator.
# cell: ner-pairs-code
# must fail: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true, others = X[y == 1], X[y != 1]
    return true, others[np.random.randint(len(others), size=len(true))]
