"""Integer arrays, large numbers, a list."""
# cell: two_layer-xor-code
# question: two_layer.xor
def xor_network():
    W1 = np.array([[10, 10], [10, 10]])
    b1 = np.array([-5, -15])
    W2 = np.array([[1, 0], [5, -20]])
    b2 = np.array([2, 0])
    return [W1, b1, W2, b2]
