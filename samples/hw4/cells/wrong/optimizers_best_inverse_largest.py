"""1 / largest."""
# cell: optimizers-best_rate-code
# must fail: optimizers.best_rate


def best_rate(smallest, largest):
    return 1 / largest, 1 - smallest / largest
