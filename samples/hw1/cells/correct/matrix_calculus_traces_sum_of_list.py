"""A list of terms."""
# cell: calculus-traces-code
# question: calculus.traces
def gradient_of_traces(A, B):
    return np.sum([B.T, B, (A @ B).T, (B @ A).T], axis=0)
