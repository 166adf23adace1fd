"""A one-hot matrix in place of pick, a sum divided by N."""


# cell: graphs-cross_entropy-code
# question: graphs.cross_entropy
def cross_entropy(scores, labels):
    N, C = scores.shape
    one_hot = np.eye(C, dtype=scores.data.dtype)[labels]
    largest = scores.data.max(axis=1).reshape(N, 1)
    logs = (scores - largest).exp().sum(axis=1, keepdims=True).log() + largest
    return ((logs - scores) * one_hot).sum() / N
