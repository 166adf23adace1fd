"""Second moment."""
# cell: probability-moments-code
# must fail: probability.moments
def affine_moments(A, b, mean, cov):
    m = A @ mean + b
    return m, A @ cov @ A.T + np.outer(m, m)
