# cell: recurrence-states-code
# question: recurrence.states
import numpy as np


def states(A, s0, steps):
    rows = np.zeros((steps + 1, len(s0)))
    rows[0] = s0
    for t in range(steps):
        rows[t + 1] = A.dot(rows[t])
    return rows
