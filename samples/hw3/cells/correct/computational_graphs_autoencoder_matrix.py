"""By the symmetric matrix WᵀW − I."""


# cell: graphs-autoencoder-code
# question: graphs.autoencoder
def autoencoder(W, x):
    M = W.T @ W - np.eye(len(x), dtype=W.dtype)
    e = M @ x
    return float(0.5 * (e**2).sum()), W @ (np.outer(e, x) + np.outer(x, e))
