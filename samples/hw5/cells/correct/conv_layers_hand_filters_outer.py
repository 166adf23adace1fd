# cell: conv_layers-hand_filters-code
# question: conv_layers.hand_filters
def hand_filters():
    one = np.ones(3)
    middle = np.array([0.0, 1.0, 0.0])
    blur = np.outer(one, one) / 9
    return np.array([blur, np.outer(one, [-1, 0, 1]), 2 * np.outer(middle, middle) - blur])
