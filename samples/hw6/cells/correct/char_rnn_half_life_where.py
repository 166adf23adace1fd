# cell: recurrence-half_life-code
# question: recurrence.half_life
import numpy as np


def half_life(radius):
    with np.errstate(divide="ignore"):
        return np.where(radius == 1, np.inf, np.abs(np.log(2) / np.log(radius)))
