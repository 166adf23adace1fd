"""A view."""
# cell: calculus-trace-code
# question: calculus.trace
def gradient_of_trace(A, B):
    return B.T
