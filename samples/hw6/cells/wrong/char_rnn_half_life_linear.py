# Halves by a straight line.
# cell: recurrence-half_life-code
# must fail: recurrence.half_life
def half_life(radius):
    return float("inf") if radius == 1 else 0.5 / abs(1 - radius)
