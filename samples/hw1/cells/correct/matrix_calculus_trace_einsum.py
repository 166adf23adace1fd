"""einsum."""
# cell: calculus-trace-code
# question: calculus.trace
def gradient_of_trace(A, B):
    return np.einsum('ji->ij', B)
