# Subtracts the mean.
# cell: ner-without_last-code
# must fail: ner.without_last
def without_last(W, b):
    return W[:-1] - W.mean(axis=0), b[:-1] - b.mean()
