"""One-hot labels are rows of the identity matrix."""

# cell: graphs-cross_entropy-code
# question: graphs.cross_entropy
def cross_entropy(scores, labels):
    N, C = scores.shape
    shifted = scores - scores.data.max(axis=1, keepdims=True)
    log_probabilities = shifted - shifted.exp().sum(axis=1, keepdims=True).log()
    one_hot = np.eye(C)[labels]
    return -(log_probabilities * one_hot).sum() / N
