# cell: ner-averaging_weights-code
# question: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    H, d = M.shape
    W = np.zeros((H, K, d))
    for k in range(K):
        W[:, k, :] = M
    return W.reshape(H, K * d) / K
