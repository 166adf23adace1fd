# Writes the states into s0.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows = [s0.copy()]
    for _ in range(steps):
        s0[:] = A @ s0
        rows.append(s0.copy())
    return np.array(rows)
