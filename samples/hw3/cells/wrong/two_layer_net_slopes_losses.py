"""The losses, not their slopes."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    with np.errstate(all="ignore"):
        sigma = 1 / (1 + np.exp(-z))
        return 0.5 * (sigma - y) ** 2, -y * np.log(sigma) - (1 - y) * np.log(1 - sigma)
