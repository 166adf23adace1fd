"""Transposed."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return 2 * (A + lam * B).T
