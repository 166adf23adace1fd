"""By logarithms."""
# cell: probability-posterior-code
# question: probability.posterior
def posterior(prior, likelihood):
    with np.errstate(divide='ignore'):
        logs = np.log(prior) + np.log(likelihood)
    logs -= logs.max()
    return np.exp(logs) / np.exp(logs).sum()
