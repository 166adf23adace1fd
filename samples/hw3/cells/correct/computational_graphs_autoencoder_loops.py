"""Rows of W in a loop."""


# cell: graphs-autoencoder-code
# question: graphs.autoencoder
def autoencoder(W, x):
    error = -x.copy()
    for row in W:
        error = error + row * (row @ x)
    dW = np.empty_like(W)
    for k, row in enumerate(W):
        dW[k] = (row @ x) * error + (row @ error) * x
    return np.linalg.norm(error) ** 2 / 2, dW
