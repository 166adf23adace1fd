# cell: recurrence-states-code
# question: recurrence.states
from itertools import accumulate, repeat

import numpy as np


def states(A, s0, steps):
    return np.array(list(accumulate(repeat(A, steps), lambda s, matrix: matrix @ s, initial=s0)))
