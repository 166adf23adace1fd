# The offsets stay as they are.
# cell: ner-without_last-code
# must fail: ner.without_last
def without_last(W, b):
    return W[:-1] - W[-1], b[:-1]
