# cell: ner-pairs-code
# question: ner.pairs
import numpy as np


def pairs(X, y, rng):
    places = np.flatnonzero(y == 1)
    others = np.flatnonzero(y != 1)
    drawn = rng.choice(others, len(places), replace=True)
    return X[places], X[drawn]
