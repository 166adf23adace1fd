# cell: ner-averaging_weights-code
# question: ner.averaging_weights
import numpy as np


def averaging_weights(M, K):
    return np.kron(np.full((1, K), 1 / K), M)
