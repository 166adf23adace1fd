"""2AB as for numbers."""
# cell: calculus-traces-code
# must fail: calculus.traces
def gradient_of_traces(A, B):
    return B.T + B + 2 * A @ B
