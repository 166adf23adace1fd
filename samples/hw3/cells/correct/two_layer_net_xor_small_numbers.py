"""Tiny numbers: the lead is small, but it is the right one."""
# cell: two_layer-xor-code
# question: two_layer.xor
def xor_network():
    scale = 1e-3
    W1 = scale * np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = scale * np.array([0.0, -1.0])
    W2 = scale * np.array([[-1.0, 2.0], [1.0, -2.0]])
    b2 = scale**2 * np.array([0.5, -0.5])
    return W1, b1, W2, b2
