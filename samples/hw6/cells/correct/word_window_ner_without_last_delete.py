# cell: ner-without_last-code
# question: ner.without_last
import numpy as np


def without_last(W, b):
    shifted, offset = W - W[-1:], b - b[-1]
    return np.delete(shifted, -1, axis=0), np.delete(offset, -1)
