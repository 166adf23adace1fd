"""Derivatives with respect to the output of the sigmoid."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    with np.errstate(all="ignore"):
        sigma = 1 / (1 + np.exp(-z))
        return sigma - y, -y / sigma + (1 - y) / (1 - sigma)
