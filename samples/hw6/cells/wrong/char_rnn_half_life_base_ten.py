# Logarithms of different bases.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import numpy as np


def half_life(radius):
    return np.inf if radius == 1 else abs(np.log10(2) / np.log(radius))
