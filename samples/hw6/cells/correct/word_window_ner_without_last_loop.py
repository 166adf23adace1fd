# cell: ner-without_last-code
# question: ner.without_last
import numpy as np


def without_last(W, b):
    C = len(W)
    V, a = [], []
    for c in range(C - 1):
        V.append(W[c] - W[C - 1])
        a.append(b[c] - b[C - 1])
    return np.array(V), np.array(a)
