# cell: ner-cost-code
# question: ner.cost
import numpy as np


def cost():
    return np.array([np.prod([5, 289, 16]), 0, 5])
