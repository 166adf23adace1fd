"""Entry by entry."""
# cell: two_layer-collapse-code
# must fail: two_layer.collapse
def collapse(W1, b1, W2, b2):
    return W2 * W1, W2 * b1 + b2
