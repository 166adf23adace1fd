"""The norm itself."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return np.sum((A + lam * B) ** 2)
