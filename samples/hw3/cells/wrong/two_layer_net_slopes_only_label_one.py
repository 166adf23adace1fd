"""As if the label were always 1."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return (sigma - 1) * sigma * (1 - sigma), sigma - 1
