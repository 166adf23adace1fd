"""A product over flips."""
# cell: probability-likelihood-code
# question: probability.likelihood
def likelihood(theta, flips):
    p = np.ones_like(np.asarray(theta, dtype=float))
    for flip in flips:
        p = p * (theta if flip == 'H' else 1 - np.asarray(theta))
    return p
