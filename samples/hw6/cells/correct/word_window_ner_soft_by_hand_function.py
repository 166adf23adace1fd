# cell: ner-soft_by_hand-code
# question: ner.soft_by_hand
import numpy as np


def cross_entropy(t, p):
    return -sum(a * np.log(b) for a, b in zip(t, p) if a > 0)


def soft_by_hand():
    return (
        cross_entropy([1, 0], [2 / 3, 1 / 3]),
        cross_entropy([0.5, 0.5], [0.5, 0.5]),
        cross_entropy([0.5, 0.5], [2 / 3, 1 / 3]),
        cross_entropy([2 / 3, 1 / 3], [2 / 3, 1 / 3]),
    )
