# The start is missing.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows, s = [], s0
    for _ in range(steps + 1):
        s = A @ s
        rows.append(s)
    return np.array(rows)
