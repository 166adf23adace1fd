# cell: recurrence-half_life-code
# question: recurrence.half_life
import numpy as np


def half_life(radius):
    with np.errstate(divide="ignore"):
        return 1 / np.abs(np.log2(radius))
