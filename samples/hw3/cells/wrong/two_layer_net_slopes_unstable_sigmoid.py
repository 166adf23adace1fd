"""exp(z) / (1 + exp(z)) is infinity by infinity."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    with np.errstate(all="ignore"):
        sigma = np.exp(z) / (1 + np.exp(z))
    return (sigma - y) * sigma * (1 - sigma), sigma - y
