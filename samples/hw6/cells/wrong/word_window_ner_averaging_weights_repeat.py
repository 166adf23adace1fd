# Repeats every number K times in a row.
# cell: ner-averaging_weights-code
# must fail: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    return np.repeat(M / K, K, axis=1)
