# A single step.
# cell: recurrence-gradient_at_start-code
# must fail: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    return A.T @ upstream
