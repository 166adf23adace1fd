"""Lists in, array out."""
# cell: probability-posterior-code
# question: probability.posterior
def posterior(prior, likelihood):
    products = [p * l for p, l in zip(prior, likelihood)]
    return np.array(products) / sum(products)
