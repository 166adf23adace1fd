"""The log-likelihood."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
def likelihood(theta, flips):
    h = flips.count('H')
    with np.errstate(divide='ignore', invalid='ignore'):
        return h * np.log(theta) + (len(flips) - h) * np.log(1 - theta)
