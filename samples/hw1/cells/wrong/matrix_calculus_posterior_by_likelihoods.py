"""Divided by the sum of likelihoods."""
# cell: probability-posterior-code
# must fail: probability.posterior
def posterior(prior, likelihood):
    return np.asarray(prior) * np.asarray(likelihood) / np.sum(likelihood)
