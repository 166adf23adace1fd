# cell: ner-pairs-code
# question: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true = X[y == 1]
    return np.stack([true, rng.choice(X[y != 1], len(true))])
