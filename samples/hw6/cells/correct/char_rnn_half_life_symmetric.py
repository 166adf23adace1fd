# cell: recurrence-half_life-code
# question: recurrence.half_life
import numpy as np


def half_life(radius):
    larger = max(radius, 1 / radius)
    return float("inf") if larger == 1.0 else np.log(2) / np.log(larger)
