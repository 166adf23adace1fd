"""The right scores are taken from .data, without a way back."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return (scores.exp().sum(axis=1).log() - scores.data[np.arange(len(labels)), labels]).mean()
