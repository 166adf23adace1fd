"""Columns, one use of W after the other."""


# cell: graphs-autoencoder-code
# question: graphs.autoencoder
def autoencoder(W, x):
    x = x[:, None]
    h = W @ x
    xhat = W.T @ h
    dxhat = xhat - x
    dWT = dxhat @ h.T
    dW = dWT.T
    dh = W @ dxhat
    dW = dW + dh @ x.T
    return 0.5 * np.sum(dxhat * dxhat), dW
