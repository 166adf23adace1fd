"""Added twice."""
# cell: calculus-frobenius-code
# question: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    M = A + lam * B
    return M + M
