"""Three digits."""
# cell: probability-coins-code
# question: probability.coins
def two_coins():
    return 0.556, 0.42
