# cell: recurrence-gradient_at_start-code
# question: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    return upstream if steps == 0 else A.T @ gradient_at_start(A, upstream, steps - 1)
