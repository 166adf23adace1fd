# cell: dropout-average_over_masks-code
# question: dropout.average_over_masks
def average_over_masks(W1, b1, W2, b2, x, p):
    h, H = np.maximum(W1 @ x + b1, 0), len(b1)
    scores = 0
    for size in range(H + 1):
        for kept in itertools.combinations(range(H), size):
            kept = list(kept)
            scores = scores + p**size * (1 - p) ** (H - size) * (W2[:, kept] @ h[kept] / p + b2)
    return scores
