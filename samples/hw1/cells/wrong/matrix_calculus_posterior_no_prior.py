"""Without prior."""
# cell: probability-posterior-code
# must fail: probability.posterior
def posterior(prior, likelihood):
    return np.asarray(likelihood) / np.sum(likelihood)
