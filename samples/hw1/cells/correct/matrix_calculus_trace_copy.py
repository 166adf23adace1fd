"""np.transpose."""
# cell: calculus-trace-code
# question: calculus.trace
def gradient_of_trace(A, B):
    return np.transpose(B) * 1.0
