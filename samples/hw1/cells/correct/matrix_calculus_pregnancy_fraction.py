"""A Fraction."""
# cell: probability-pregnancy-code
# question: probability.pregnancy
from fractions import Fraction


def pregnant_if_positive():
    return Fraction(99, 99 + 990)
