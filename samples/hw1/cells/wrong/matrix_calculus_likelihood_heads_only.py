"""Heads only."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
def likelihood(theta, flips):
    return theta ** flips.count('H')
