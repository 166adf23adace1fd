# Adds the gradients of all states.
# cell: recurrence-gradient_at_start-code
# must fail: recurrence.gradient_at_start
def gradient_at_start(A, upstream, steps):
    total = upstream
    for _ in range(steps):
        upstream = A.T @ upstream
        total = total + upstream
    return total
