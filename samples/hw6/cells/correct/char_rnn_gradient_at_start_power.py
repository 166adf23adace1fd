# cell: recurrence-gradient_at_start-code
# question: recurrence.gradient_at_start
import numpy as np


def gradient_at_start(A, upstream, steps):
    return np.linalg.matrix_power(A, steps).T @ upstream
