"""The other sign."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return (y - sigma) * sigma * (1 - sigma), y - sigma
