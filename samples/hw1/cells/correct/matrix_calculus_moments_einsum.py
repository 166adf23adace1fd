"""einsum."""
# cell: probability-moments-code
# question: probability.moments
def affine_moments(A, b, mean, cov):
    return np.einsum('ij,j->i', A, mean) + b, np.einsum('ij,jk,lk->il', A, cov, A)
