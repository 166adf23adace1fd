"""Term by term."""
# cell: calculus-traces-code
# question: calculus.traces
def gradient_of_traces(A, B):
    first = B.T
    second = B
    third = B.T @ A.T + A.T @ B.T
    return first + second + third
