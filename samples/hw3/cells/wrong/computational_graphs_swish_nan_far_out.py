"""exp(a) / (1 + exp(a)): not a number far out."""


# cell: graphs-swish-code
# must fail: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    A = X @ W1.T + b1
    s = np.exp(A) / (1 + np.exp(A))
    H = A * s
    dA = (upstream @ W2) * (s + H * (1 - s))
    return dA.T @ X, dA.sum(axis=0), upstream.T @ H, upstream.sum(axis=0)
