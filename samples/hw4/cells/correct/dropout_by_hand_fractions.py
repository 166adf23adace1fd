# cell: dropout-by_hand-code
# question: dropout.by_hand
from fractions import Fraction

def by_hand():
    p = Fraction(3, 5)
    return 2**10, 3 / p, Fraction(3), 9 * (1 - p) / p
