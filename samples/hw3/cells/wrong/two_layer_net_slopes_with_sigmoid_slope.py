"""Cross-entropy with the slope of the sigmoid as well."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    slope = sigma * (1 - sigma)
    return (sigma - y) * slope, (sigma - y) * slope
