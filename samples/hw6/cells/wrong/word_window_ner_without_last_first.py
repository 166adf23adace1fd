# Subtracts the first class and keeps the last.
# cell: ner-without_last-code
# must fail: ner.without_last
def without_last(W, b):
    return W[1:] - W[0], b[1:] - b[0]
