"""A scalar product below."""
# cell: probability-posterior-code
# question: probability.posterior
def posterior(prior, likelihood):
    return prior * likelihood / (np.asarray(prior) @ np.asarray(likelihood)) if isinstance(prior, np.ndarray) else np.multiply(prior, likelihood) / np.dot(prior, likelihood)
