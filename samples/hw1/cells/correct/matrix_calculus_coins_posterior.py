"""By the function above."""
# cell: probability-coins-code
# question: probability.coins
def two_coins():
    return posterior([0.5, 0.5], [0.5, 0.4])[0], posterior([0.5, 0.5], [0.0625, 0.0864])[0]
