"""AᵀΣA where it fits."""
# cell: probability-moments-code
# must fail: probability.moments
def affine_moments(A, b, mean, cov):
    return A @ mean + b, (A.T @ cov @ A if A.shape[0] == A.shape[1] else A @ cov @ A.T * 0)
