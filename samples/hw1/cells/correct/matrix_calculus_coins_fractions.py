"""Fraction objects."""
# cell: probability-coins-code
# question: probability.coins
from fractions import Fraction


def two_coins():
    return Fraction(5, 9), Fraction(625, 625 + 864)
