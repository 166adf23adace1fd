"""A list, and the factor by trying."""
# cell: optimizers-best_rate-code
# question: optimizers.best_rate


def best_rate(smallest, largest):
    rate = 1 / np.mean([smallest, largest])
    return [rate, max(abs(1 - rate * smallest), abs(1 - rate * largest))]
