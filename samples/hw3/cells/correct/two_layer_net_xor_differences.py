"""x1 - x2 and x2 - x1: which switch alone is on."""
# cell: two_layer-xor-code
# question: two_layer.xor
def xor_network():
    W1 = np.array([[1, -1], [-1, 1]])
    b1 = np.zeros(2)
    W2 = np.array([[-1.0, -1.0], [1.0, 1.0]])
    b2 = np.array([0.5, -0.5])
    return W1, b1, W2, b2
