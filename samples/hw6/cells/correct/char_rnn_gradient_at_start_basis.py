# cell: recurrence-gradient_at_start-code
# question: recurrence.gradient_at_start
import numpy as np


def gradient_at_start(A, upstream, steps):
    # the last state is linear in s0: run every unit vector forwards, with the cell above
    return np.array([states(A, e, steps)[-1] @ upstream for e in np.eye(A.shape[0])])
