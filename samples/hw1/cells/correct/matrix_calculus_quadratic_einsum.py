"""einsum."""
# cell: calculus-quadratic-code
# question: calculus.quadratic
def gradient_of_quadratic(A, x):
    return np.einsum('kj,j->k', A, x) + np.einsum('ik,i->k', A, x)
