"""The logarithm of a probability, which may be 0."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    e = (scores - scores.data.max(axis=1, keepdims=True)).exp()
    return -(e / e.sum(axis=1, keepdims=True)).pick(labels).log().mean()
