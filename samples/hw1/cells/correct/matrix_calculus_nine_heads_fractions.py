"""Fractions, in a list."""
# cell: probability-nine_heads-code
# question: probability.nine_heads
from fractions import Fraction


def nine_heads():
    l = [Fraction(n, 20) ** 9 * (1 - Fraction(n, 20)) for n in (10, 11, 12)]
    return [a / sum(l) for a in l]
