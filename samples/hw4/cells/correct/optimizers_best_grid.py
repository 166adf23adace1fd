"""From the factor."""
# cell: optimizers-best_rate-code
# question: optimizers.best_rate


def best_rate(smallest, largest):
    kappa = largest / smallest
    factor = (kappa - 1) / (kappa + 1)
    return (1 + factor) / largest, factor
