"""By logarithms."""
# cell: probability-likelihood-code
# question: probability.likelihood
def likelihood(theta, flips):
    h = flips.count('H')
    t = len(flips) - h
    with np.errstate(divide='ignore', invalid='ignore'):
        logs = (h * np.log(theta) if h else 0) + (t * np.log(1 - np.asarray(theta)) if t else 0)
    return np.exp(logs)
