"""einsum."""
# cell: calculus-traces-code
# question: calculus.traces
def gradient_of_traces(A, B):
    return B + B.T + np.einsum('jk,ki->ij', A, B) + np.einsum('jk,ki->ij', B, A)
