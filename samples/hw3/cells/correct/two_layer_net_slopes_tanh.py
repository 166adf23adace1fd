"""By tanh."""
# cell: two_layer-slopes-code
# question: two_layer.slopes
def slopes(z, y):
    s = 0.5 * (1 + np.tanh(z / 2))
    cross_entropy = s - y
    return cross_entropy * (1 - np.tanh(z / 2) ** 2) / 4, cross_entropy
