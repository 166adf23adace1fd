"""Not simplified: 0 / 0 far out."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    with np.errstate(all="ignore"):
        sigma = 1 / (1 + np.exp(-z))
        slope = sigma * (1 - sigma)
        return (sigma - y) * slope, (-y / sigma + (1 - y) / (1 - sigma)) * slope
