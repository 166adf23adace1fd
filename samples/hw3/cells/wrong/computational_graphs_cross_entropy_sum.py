"""A sum over the examples, not their mean."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    scores = scores - scores.data.max(axis=1, keepdims=True)
    return (scores.exp().sum(axis=1).log() - scores.pick(labels)).sum()
