"""Adds to A."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    A += lam * B
    return 2 * A
