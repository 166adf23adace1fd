# cell: ner-averaging_weights-code
# question: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    d = M.shape[1]
    mean = np.concatenate([np.eye(d)] * K, axis=1) / K
    return M @ mean
