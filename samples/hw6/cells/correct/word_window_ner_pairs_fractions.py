# cell: ner-pairs-code
# question: ner.pairs
import numpy as np


def pairs(X, y, rng):
    mask = np.equal(y, 1)
    true, others = X[mask], X[~mask]
    rows = np.floor(rng.random(mask.sum()) * len(others)).astype(int)
    return [true, others[rows]]
