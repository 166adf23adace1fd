"""Row by row."""
# cell: calculus-frobenius-code
# question: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return np.array([2 * (a + lam * b) for a, b in zip(A, B)])
