"""A NumPy array."""
# cell: two_layer-parameters-code
# question: two_layer.parameters
def count_parameters():
    first, middle, last = 4 * np.array([4, 5, 0]) + np.array([0, 0, 2 * 5])
    small = first + last
    return np.array([small, small + middle])
