"""math.prod for numbers, an array otherwise."""
# cell: probability-likelihood-code
# question: probability.likelihood
import math


def likelihood(theta, flips):
    if np.ndim(theta) == 0:
        return math.prod(float(theta) if c == 'H' else 1 - float(theta) for c in flips)
    return np.array([likelihood(one, flips) for one in theta])
