"""Fractions."""
# cell: probability-lecture-code
# question: probability.lecture
from fractions import Fraction


def liked_the_lecture():
    return [Fraction(c, 2128) for c in (1350, 378, 0, 400)]
