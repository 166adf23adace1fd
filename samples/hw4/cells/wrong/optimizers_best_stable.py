"""The longest stable rate."""
# cell: optimizers-best_rate-code
# must fail: optimizers.best_rate


def best_rate(smallest, largest):
    return 2 / largest, 1 - 2 * smallest / largest
