# cell: ner-pairs-code
# question: ner.pairs
import numpy as np


def pairs(X, y, rng):
    true, corrupt = [], []
    others = [n for n in range(len(y)) if y[n] != 1]
    for n in range(len(y)):
        if y[n] == 1:
            true.append(X[n])
            corrupt.append(X[others[int(rng.integers(0, len(others)))]])
    return np.array(true), np.array(corrupt)
