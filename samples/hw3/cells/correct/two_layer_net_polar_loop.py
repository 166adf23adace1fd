"""One point at a time, with Python's math."""
# cell: two_layer-polar-code
# question: two_layer.polar
import math


def polar(X):
    rows = []
    for x, y in X:
        rows.append([math.hypot(x, y), math.atan2(y, x)])
    return np.array(rows)
