"""The biases get a mean."""


# cell: graphs-swish-code
# must fail: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    A = X @ W1.T + b1
    s = (1 + np.tanh(A / 2)) / 2
    H = A * s
    dA = (upstream @ W2) * (s + H * (1 - s))
    return dA.T @ X, dA.mean(axis=0), upstream.T @ H, upstream.mean(axis=0)
