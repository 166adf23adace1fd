"""H60."""
# cell: probability-coins-code
# must fail: probability.coins
def two_coins():
    return 4 / 9, 864 / 1489
