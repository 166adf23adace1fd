"""Binomial coefficient."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
import math


def likelihood(theta, flips):
    h = flips.count('H')
    return math.comb(len(flips), h) * theta**h * (1 - theta) ** (len(flips) - h)
