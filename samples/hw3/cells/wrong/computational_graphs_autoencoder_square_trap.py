"""The first path transposed: right shape only when H = D."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    h = W @ x
    e = W.T @ h - x
    return 0.5 * e @ e, np.outer(e, h) + np.outer(W @ e, x)
