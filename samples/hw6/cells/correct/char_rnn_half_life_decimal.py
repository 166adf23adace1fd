# cell: recurrence-half_life-code
# question: recurrence.half_life
from decimal import Decimal

import numpy as np


def half_life(radius):
    return abs(0.6931471805599453 / np.log(radius)) if radius != 1 else Decimal("Infinity")
