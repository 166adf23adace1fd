"""2Bᵀ."""
# cell: calculus-traces-code
# must fail: calculus.traces
def gradient_of_traces(A, B):
    return 2 * B.T + (A @ B + B @ A).T
