# cell: ner-soft_by_hand-code
# question: ner.soft_by_hand
from math import log


def soft_by_hand():
    return log(3) - log(2), log(2), log(3) - log(2) / 2, log(3) - 2 / 3 * log(2)
