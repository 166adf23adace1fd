# States are cut to integers where the first one is of integers.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows = np.zeros((steps + 1, len(s0)), dtype=np.asarray(s0).dtype)
    rows[0] = s0
    for t in range(steps):
        rows[t + 1] = A @ rows[t]
    return rows
