"""By sampling."""
# cell: probability-moments-code
# must fail: probability.moments
def affine_moments(A, b, mean, cov):
    z = np.random.default_rng(0).multivariate_normal(mean, cov, 100000) @ A.T + b
    return z.mean(axis=0), np.atleast_2d(np.cov(z.T))
