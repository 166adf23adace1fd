# A in place of its transpose.
# cell: recurrence-gradient_at_start-code
# must fail: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    for _ in range(steps):
        upstream = A @ upstream
    return upstream
