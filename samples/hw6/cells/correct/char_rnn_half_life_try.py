# cell: recurrence-half_life-code
# question: recurrence.half_life
from math import log


def half_life(radius):
    try:
        return abs(log(2, radius))
    except ZeroDivisionError:
        return float("inf")
