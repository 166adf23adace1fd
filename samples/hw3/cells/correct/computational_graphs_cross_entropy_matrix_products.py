# cell: graphs-cross_entropy-code
# question: graphs.cross_entropy
def cross_entropy(scores, labels):
    """Sums are products with columns of ones, labels are one-hot rows, the mean is a product too."""
    N, C = scores.shape
    shifted = scores - np.amax(scores.data, axis=-1)[:, None]
    log_sums = (shifted.exp() @ np.ones((C, 1))).log()  # (N, 1)
    own = (shifted * np.equal.outer(labels, np.arange(C))) @ np.ones((C, 1))
    return (np.full((1, N), 1 / N) @ (log_sums - own)).reshape(-1)
