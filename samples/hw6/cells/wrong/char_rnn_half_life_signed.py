# Negative above 1.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import numpy as np


def half_life(radius):
    return np.inf if radius == 1 else np.log(0.5) / np.log(radius)
