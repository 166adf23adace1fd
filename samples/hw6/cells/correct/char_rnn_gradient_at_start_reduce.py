# cell: recurrence-gradient_at_start-code
# question: recurrence.gradient_at_start
from functools import reduce

import numpy as np


def gradient_at_start(A, upstream, steps):
    jacobian = reduce(np.matmul, [A] * steps, np.eye(len(A)))
    return np.einsum("ij,i->j", jacobian, upstream)
