"""The gradient of the norm."""
# cell: calculus-frobenius-code
# must fail: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    M = A + lam * B
    return M / np.linalg.norm(M)
