"""One path of A² only."""
# cell: calculus-traces-code
# must fail: calculus.traces
def gradient_of_traces(A, B):
    return B.T + B + (A @ B).T
