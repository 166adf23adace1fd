"""np.dot."""
# cell: probability-moments-code
# question: probability.moments
def affine_moments(A, b, mean, cov):
    return np.dot(A, mean) + b, np.dot(np.dot(A, cov), A.T)
