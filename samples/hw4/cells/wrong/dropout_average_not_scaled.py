# cell: dropout-average_over_masks-code
# must fail: dropout.average_over_masks
def average_over_masks(W1, b1, W2, b2, x, p):
    return p * (W2 @ np.maximum(W1 @ x + b1, 0)) + b2
