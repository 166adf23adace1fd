# Radii near 1 are taken for 1.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import numpy as np


def half_life(radius):
    return np.inf if abs(radius - 1) < 0.005 else abs(np.log(2) / np.log(radius))
