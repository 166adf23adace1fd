"""H and T exchanged."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
def likelihood(theta, flips):
    t = flips.count('T')
    return theta**t * (1 - theta) ** (len(flips) - t)
