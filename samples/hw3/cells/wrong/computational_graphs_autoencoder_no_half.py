"""Loss and gradient without the half."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    h = W @ x
    e = W.T @ h - x
    return e @ e, 2 * (np.outer(h, e) + np.outer(W @ e, x))
