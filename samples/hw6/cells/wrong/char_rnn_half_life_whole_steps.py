# Rounded up.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import math


def half_life(radius):
    return math.inf if radius == 1 else math.ceil(abs(math.log(2) / math.log(radius)))
