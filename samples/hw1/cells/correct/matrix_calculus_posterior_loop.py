"""A loop."""
# cell: probability-posterior-code
# question: probability.posterior
def posterior(prior, likelihood):
    out = np.zeros(len(prior))
    total = 0.0
    for i in range(len(prior)):
        out[i] = prior[i] * likelihood[i]
        total += out[i]
    return out / total
