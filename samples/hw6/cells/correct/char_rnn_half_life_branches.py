# cell: recurrence-half_life-code
# question: recurrence.half_life
import math


def half_life(radius):
    if radius == 1:
        return math.inf
    if radius < 1:
        return math.log(0.5) / math.log(radius)
    return math.log(2) / math.log(radius)
