# cell: conv_layers-hand_filters-code
# question: conv_layers.hand_filters
def hand_filters():
    filters = np.zeros((3, 3, 3))
    for i in range(3):
        for j in range(3):
            filters[0, i, j] = 1 / 9
            filters[1, i, j] = j - 1
            filters[2, i, j] = -1 / 9 + 2 * (i == 1 and j == 1)
    return filters
