"""By a root of the covariance."""
# cell: probability-moments-code
# question: probability.moments
def affine_moments(A, b, mean, cov):
    values, V = np.linalg.eigh(cov)
    R = A @ V * np.sqrt(np.clip(values, 0, None))
    return A @ mean + b, R @ R.T
