# One state too few.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows = [s0]
    for _ in range(steps - 1):
        rows.append(A @ rows[-1])
    return np.array(rows)
