# A sum in place of the mean.
# cell: conv_layers-hand_filters-code
# must fail: conv_layers.hand_filters
def hand_filters():
    blur = np.full((3, 3), 1.0)
    edges = np.tile([-1.0, 0.0, 1.0], (3, 1))
    middle = np.zeros((3, 3))
    middle[1, 1] = 1
    return np.stack([blur, edges, 2 * middle - blur])
