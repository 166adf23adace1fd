# Divides by 5, whatever K is.
# cell: ner-averaging_weights-code
# must fail: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    return np.tile(M / 5, (1, K))
