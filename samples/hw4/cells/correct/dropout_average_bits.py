# cell: dropout-average_over_masks-code
# question: dropout.average_over_masks
def average_over_masks(W1, b1, W2, b2, x, p):
    H = len(b1)
    h = np.clip(W1.dot(x) + b1, 0, None)
    bits = (np.arange(2**H)[:, None] >> np.arange(H)) & 1
    weight = np.prod(np.where(bits, p, 1 - p), axis=1)
    return weight @ ((bits * h / p) @ W2.T + b2)
