# cell: dropout-average_over_masks-code
# must fail: dropout.average_over_masks
def average_over_masks(W1, b1, W2, b2, x, p):
    h = np.maximum(W1 @ x + b1, 0)
    return np.mean(
        [W2 @ (np.array(m) * h / p) + b2 for m in itertools.product((0, 1), repeat=len(h))], axis=0
    )
