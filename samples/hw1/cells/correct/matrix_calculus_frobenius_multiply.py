"""np.multiply."""
# cell: calculus-frobenius-code
# question: calculus.frobenius
def gradient_of_frobenius(A, B, lam):
    return np.multiply(2.0, np.add(A, np.multiply(lam, B)))
