# cell: recurrence-states-code
# question: recurrence.states
import numpy as np


def states(A, s0, steps):
    return np.stack([np.linalg.matrix_power(A, t) @ s0 for t in range(steps + 1)])
