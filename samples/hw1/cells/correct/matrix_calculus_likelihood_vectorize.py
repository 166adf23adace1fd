"""A function of one number, vectorized: one number becomes an array without axes."""
# cell: probability-likelihood-code
# question: probability.likelihood
@np.vectorize
def likelihood(theta, flips):
    import math

    return math.prod({"H": theta, "T": 1.0 - theta}[flip] for flip in flips)
