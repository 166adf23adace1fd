# Logarithms of base 2.
# cell: ner-soft_by_hand-code
# must fail: ner.soft_by_hand
import numpy as np


def soft_by_hand():
    return tuple(v / np.log(2) for v in (np.log(1.5), np.log(2), 0.752, 0.6365))
