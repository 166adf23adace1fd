"""An array."""
# cell: probability-coins-code
# question: probability.coins
def two_coins():
    return np.array([5 / 9, 625 / 1489])
