"""Differences to the right score inside exp, with the shift added back."""


# cell: graphs-cross_entropy-code
# question: graphs.cross_entropy
def cross_entropy(scores, labels):
    N = len(labels)
    top = scores.data.max(axis=1)
    z = (scores - top[:, None]).exp().sum(axis=1)
    return (z.log() + top - scores.pick(labels)).sum() * (1.0 / N)
