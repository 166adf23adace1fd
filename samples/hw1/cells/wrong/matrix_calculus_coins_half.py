"""½."""
# cell: probability-coins-code
# must fail: probability.coins
def two_coins():
    return 0.51, 0.5 - 0.01
