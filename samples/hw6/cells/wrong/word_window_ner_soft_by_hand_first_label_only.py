# Only the first label counts.
# cell: ner-soft_by_hand-code
# must fail: ner.soft_by_hand
import numpy as np


def soft_by_hand():
    return np.log(1.5), np.log(2) / 2, np.log(1.5) / 2, np.log(1.5) * 2 / 3
