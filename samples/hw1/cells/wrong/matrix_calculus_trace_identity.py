"""Identity."""
# cell: calculus-trace-code
# must fail: calculus.trace
def gradient_of_trace(A, B):
    return np.eye(*A.shape)
