# cell: recurrence-gradient_at_start-code
# question: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    g = upstream
    for _ in range(steps):
        g = g @ A
    return g
