# Divides by zero at 1.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
import math


def half_life(radius):
    return abs(math.log(2) / math.log(radius))
