"""Cut off too early."""
# cell: probability-coins-code
# must fail: probability.coins
def two_coins():
    return 0.55, 0.41
