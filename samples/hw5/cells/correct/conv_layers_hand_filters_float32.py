# cell: conv_layers-hand_filters-code
# question: conv_layers.hand_filters
def hand_filters():
    blur = np.ones((3, 3), np.float32) / 9
    edges = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], np.float32)
    sharpen = -blur
    sharpen[1, 1] += 2
    return np.stack((blur, edges, sharpen))
