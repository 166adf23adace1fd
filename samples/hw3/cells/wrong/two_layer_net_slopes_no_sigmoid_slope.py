"""The slope of the sigmoid is forgotten."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return sigma - y, sigma - y
