# cell: ner-without_last-code
# question: ner.without_last
import numpy as np


def without_last(W, b):
    C = len(b)
    D = np.hstack([np.eye(C - 1), -np.ones((C - 1, 1))])
    return D @ W, D @ b
