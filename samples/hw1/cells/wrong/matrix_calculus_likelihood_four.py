"""θ⁴(1 − θ)⁴ always."""
# cell: probability-likelihood-code
# must fail: probability.likelihood
def likelihood(theta, flips):
    return theta**4 * (1 - theta) ** 4
