"""np.dot, and in place on a new array."""
# cell: calculus-traces-code
# question: calculus.traces
def gradient_of_traces(A, B):
    G = B.T.copy()
    G += B
    G += np.dot(A.T, B.T)
    G += np.dot(B.T, A.T)
    return G
