"""One of two paths: the encoder's."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    e = W.T @ (W @ x) - x
    return 0.5 * e @ e, np.outer(W @ e, x)
