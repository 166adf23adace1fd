"""Adds to B."""
# cell: calculus-traces-code
# must fail: calculus.traces
def gradient_of_traces(A, B):
    B += 0 * A
    G = B.T + B + (A @ B + B @ A).T
    B *= 2
    return G
