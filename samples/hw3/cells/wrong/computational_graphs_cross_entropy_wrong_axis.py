"""Sums over the examples: fits when N = C."""


# cell: graphs-cross_entropy-code
# must fail: graphs.cross_entropy
def cross_entropy(scores, labels):
    scores = scores - scores.data.max()
    return scores.exp().sum(axis=0).log().mean() - scores.pick(labels).mean()
