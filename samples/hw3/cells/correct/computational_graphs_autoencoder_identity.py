"""By way of the matrix W.T W - 1."""

# cell: graphs-autoencoder-code
# question: graphs.autoencoder
def autoencoder(W, x):
    r = W.T @ (W @ x) - x
    A = W.T @ W - np.eye(len(x))
    loss = 0.5 * np.sum(r**2)
    dW = np.outer(W @ x, A @ x) + np.outer(W @ (A @ x), x)
    return loss, dW
