# cell: optimizers-best_rate-code
# question: optimizers.best_rate
def best_rate(smallest, largest):
    kappa = np.divide(largest, smallest)
    return np.array([2 / (smallest * (1 + kappa)), (kappa - 1) / (kappa + 1)])
