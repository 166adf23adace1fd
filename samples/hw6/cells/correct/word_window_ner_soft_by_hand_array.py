# cell: ner-soft_by_hand-code
# question: ner.soft_by_hand
import numpy as np


def soft_by_hand():
    t = np.array([[1, 0], [0.5, 0.5], [0.5, 0.5], [2 / 3, 1 / 3]])
    p = np.array([[2 / 3, 1 / 3], [0.5, 0.5], [2 / 3, 1 / 3], [2 / 3, 1 / 3]])
    return -(t * np.log(p)).sum(axis=1)
