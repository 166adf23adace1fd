# The inverse: goes back in time.
# cell: recurrence-gradient_at_start-code
# must fail: recurrence.gradient_at_start
import numpy as np


def gradient_at_start(A, upstream, steps):
    for _ in range(steps):
        upstream = np.linalg.solve(A + 1e-12 * np.eye(len(A)), upstream)
    return upstream
