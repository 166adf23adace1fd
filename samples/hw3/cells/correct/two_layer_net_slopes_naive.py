"""The plain sigmoid, which overflows with a warning and no harm."""
# cell: two_layer-slopes-code
# question: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return (sigma - y) * sigma * (1 - sigma), sigma - y
