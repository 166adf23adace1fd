# Sees the middle word only.
# cell: ner-averaging_weights-code
# must fail: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    H, d = M.shape
    W = np.zeros((H, K * d))
    W[:, K // 2 * d : (K // 2 + 1) * d] = M
    return W
