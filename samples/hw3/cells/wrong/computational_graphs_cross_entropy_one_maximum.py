"""One maximum for all examples: the others underflow."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    scores = scores - scores.data.max()
    return (scores.exp().sum(axis=1).log() - scores.pick(labels)).mean()
