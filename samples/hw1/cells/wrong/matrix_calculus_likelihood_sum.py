"""A sum."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
def likelihood(theta, flips):
    h = flips.count('H')
    return h * theta + (len(flips) - h) * (1 - theta)
