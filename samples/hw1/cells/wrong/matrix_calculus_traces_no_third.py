"""Without the third term."""
# cell: calculus-traces-code
# must fail: calculus.traces
def gradient_of_traces(A, B):
    return B + B.T
