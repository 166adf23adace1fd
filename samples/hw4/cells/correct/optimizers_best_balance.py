# cell: optimizers-best_rate-code
# question: optimizers.best_rate
def best_rate(smallest, largest):
    rate = 1 / ((smallest + largest) / 2)
    return rate, abs(1 - rate * smallest)
