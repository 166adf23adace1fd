"""Not both, and not none: units for switches that are off."""
# cell: two_layer-xor-code
# question: two_layer.xor
def xor_network():
    W1 = -np.ones((2, 2))
    b1 = np.array([2.0, 1.0])
    W2 = np.array([[0.0, 0.0], [1.0, -2.0]])
    b2 = np.array([0.5, 0.0])
    return W1, b1, W2, b2
