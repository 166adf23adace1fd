# cell: conv_layers-hand_filters-code
# question: conv_layers.hand_filters
def hand_filters():
    ninth = 1 / 9
    blur = [[ninth] * 3] * 3
    edges = [[-1, 0, 1]] * 3
    sharpen = [[-ninth] * 3, [-ninth, 2 - ninth, -ninth], [-ninth] * 3]
    return np.array([blur, edges, sharpen])
