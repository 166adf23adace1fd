"""Booleans counted."""
# cell: probability-likelihood-code
# question: probability.likelihood
def likelihood(theta, flips):
    h = sum(c == 'H' for c in flips)
    t = sum(c == 'T' for c in flips)
    return np.power(theta, h) * np.power(1 - theta, t)
