"""b2 is changed."""
# cell: two_layer-collapse-code
# must fail: two_layer.collapse
def collapse(W1, b1, W2, b2):
    b2 += W2 @ b1
    return W2 @ W1, b2
