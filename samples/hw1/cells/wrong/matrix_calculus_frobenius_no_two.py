"""Without the 2."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return A + lam * B
