"""Without the half of the squared error."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return 2 * (sigma - y) * sigma * (1 - sigma), sigma - y
