"""T taken for H."""
# cell: probability-coins-code
# must fail: probability.coins
def two_coins():
    return 5 / 11, 0.5 * 0.5**3 / (0.5**4 + 0.6 * 0.4**3)
