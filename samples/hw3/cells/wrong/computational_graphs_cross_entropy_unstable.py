"""Nothing is subtracted."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    return (scores.exp().sum(axis=1).log() - scores.pick(labels)).mean()
