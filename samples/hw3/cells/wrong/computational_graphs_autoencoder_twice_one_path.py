"""Twice the same path, by a wrong appeal to symmetry."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    h = W @ x
    e = W.T @ h - x
    return 0.5 * e @ e, 2 * np.outer(h, e)
