"""float32, all the difference in the scores of the lamp that is off."""
# cell: two_layer-xor-code
# question: two_layer.xor
def xor_network():
    W1 = np.full((2, 2), 2, dtype=np.float32)
    b1 = np.array([-2, 0], dtype=np.float32)
    W2 = np.array([[2, -1], [0, 0]], dtype=np.float32)
    b2 = np.array([1, 0], dtype=np.float32)
    return W1, b1, W2, b2
