# cell: softmax-largest_step-code
# question: softmax.largest_step
from fractions import Fraction


def largest_step():
    return Fraction(1, 11)
