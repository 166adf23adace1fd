# cell: recurrence-states-code
# question: recurrence.states
import numpy as np


def states(A, s0, steps):
    if steps == 0:
        return s0[None, :].copy()
    before = states(A, s0, steps - 1)
    return np.vstack([before, A @ before[-1]])
