"""Mean without b."""
# cell: probability-moments-code
# must fail: probability.moments
def affine_moments(A, b, mean, cov):
    return A @ mean, A @ cov @ A.T
