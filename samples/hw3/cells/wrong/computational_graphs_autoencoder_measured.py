"""Finite differences."""


# cell: graphs-autoencoder-code
# must fail: graphs.autoencoder
def autoencoder(W, x):
    f = lambda W: 0.5 * float(np.sum((W.T @ (W @ x) - x) ** 2))
    dW, h = np.zeros_like(W), 1e-5
    for place in np.ndindex(W.shape):
        step = W.copy()
        step[place] += h
        up = f(step)
        step[place] -= 2 * h
        dW[place] = (up - f(step)) / (2 * h)
    return f(W), dW
