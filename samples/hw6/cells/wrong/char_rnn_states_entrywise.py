# Powers entry by entry.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    return np.array([s0 if t == 0 else (A**t) @ s0 for t in range(steps + 1)])
