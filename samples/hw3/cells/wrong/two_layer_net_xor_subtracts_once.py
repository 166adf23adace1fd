"""The second unit is subtracted once only."""
# cell: two_layer-xor-code
# must fail: two_layer.xor
def xor_network():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([0.0, -1.0])
    W2 = np.array([[0.0, 0.0], [1.0, -1.0]])
    b2 = np.array([0.5, 0.0])
    return W1, b1, W2, b2
