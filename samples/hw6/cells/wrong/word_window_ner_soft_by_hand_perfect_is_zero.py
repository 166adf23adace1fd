# A perfect network has loss 0.
# cell: ner-soft_by_hand-code
# must fail: ner.soft_by_hand
import numpy as np


def soft_by_hand():
    return np.log(1.5), 0.0, 0.752, 0.0
