"""Equal scores where the lamp is off: argmax takes the first."""
# cell: two_layer-xor-code
# must fail: two_layer.xor
def xor_network():
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    b1 = np.zeros(2)
    W2 = np.array([[0.0, 0.0], [1.0, 1.0]])
    b2 = np.zeros(2)
    return W1, b1, W2, b2
