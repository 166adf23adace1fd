# One step too many.
# cell: recurrence-gradient_at_start-code
# must fail: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    for _ in range(steps + 1):
        upstream = A.T @ upstream
    return upstream
