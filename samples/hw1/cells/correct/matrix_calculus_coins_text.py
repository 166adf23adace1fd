"""Text."""
# cell: probability-coins-code
# question: probability.coins
def two_coins():
    return '5/9', '625 / 1489'
