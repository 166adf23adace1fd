"""The geometric mean."""
# cell: optimizers-best_rate-code
# must fail: optimizers.best_rate


def best_rate(smallest, largest):
    rate = 1 / np.sqrt(smallest * largest)
    return rate, abs(1 - rate * largest)
