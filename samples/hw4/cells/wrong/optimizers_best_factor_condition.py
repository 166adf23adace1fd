"""The factor is the condition number's inverse."""
# cell: optimizers-best_rate-code
# must fail: optimizers.best_rate


def best_rate(smallest, largest):
    return 2 / (smallest + largest), smallest / largest
