# cell: ner-without_last-code
# question: ner.without_last
import numpy as np


def without_last(W, b):
    both = np.column_stack([W, b])
    both = both[:-1] - both[-1]
    return both[:, :-1], both[:, -1]
