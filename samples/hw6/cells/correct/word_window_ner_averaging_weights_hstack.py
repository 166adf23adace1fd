# cell: ner-averaging_weights-code
# question: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    return np.hstack([M / K] * K)
