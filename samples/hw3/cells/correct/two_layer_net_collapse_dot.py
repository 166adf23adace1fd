"""np.dot, a list."""
# cell: two_layer-collapse-code
# question: two_layer.collapse
def collapse(W1, b1, W2, b2):
    return [np.dot(W2, W1), np.dot(W2, b1) + b2]
