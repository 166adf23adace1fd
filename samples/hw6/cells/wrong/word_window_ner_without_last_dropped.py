# Drops the last row and leaves the others.
# cell: ner-without_last-code
# must fail: ner.without_last
def without_last(W, b):
    return W[:-1], b[:-1]
