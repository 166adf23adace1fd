# s A in place of A s.
# cell: recurrence-states-code
# must fail: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows = [s0]
    for _ in range(steps):
        rows.append(rows[-1] @ A)
    return np.array(rows)
