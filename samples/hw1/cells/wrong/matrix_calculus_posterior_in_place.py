"""Multiplies into the prior."""
# cell: probability-posterior-code
# must fail: probability.posterior
def posterior(prior, likelihood):
    prior = np.asarray(prior)
    prior *= likelihood
    return prior / prior.sum()
