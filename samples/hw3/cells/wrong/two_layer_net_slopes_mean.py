"""The mean over all z."""
# cell: two_layer-slopes-code
# must fail: two_layer.slopes
def slopes(z, y):
    sigma = 1 / (1 + np.exp(-z))
    return np.mean((sigma - y) * sigma * (1 - sigma)), np.mean(sigma - y)
