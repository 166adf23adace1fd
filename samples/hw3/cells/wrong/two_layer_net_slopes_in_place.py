"""z is changed."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    z *= -1
    sigma = 1 / (1 + np.exp(z))
    return (sigma - y) * sigma * (1 - sigma), sigma - y
