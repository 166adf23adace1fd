"""A on one side, squared."""
# cell: probability-moments-code
# must fail: probability.moments
def affine_moments(A, b, mean, cov):
    return A @ mean + b, (A @ A.T) * np.trace(cov) / len(cov)
