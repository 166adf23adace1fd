# Blocks below each other.
# cell: ner-averaging_weights-code
# must fail: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    return np.tile(M / K, (K, 1))
