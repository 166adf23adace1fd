"""One of two paths: the decoder's."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    h = W @ x
    e = W.T @ h - x
    return 0.5 * e @ e, np.outer(h, e)
