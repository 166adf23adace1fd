"""Multiplied out."""
# cell: calculus-frobenius-code
# question: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return 2 * A + 2 * lam * B
