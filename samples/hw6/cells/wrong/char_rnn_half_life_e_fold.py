# Steps to 1/e.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import numpy as np


def half_life(radius):
    return np.inf if radius == 1 else abs(1 / np.log(radius))
