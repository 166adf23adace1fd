"""The sigmoid entry by entry, into an array of zeros."""

# cell: graphs-swish-code
# question: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    def sigma(v):
        return 1.0 / (1.0 + np.exp(-v)) if v >= 0 else np.exp(v) / (1.0 + np.exp(v))

    A = X @ W1.T + b1
    S = np.zeros(A.shape)
    for place in np.ndindex(A.shape):
        S[place] = sigma(A[place])
    Hid = A * S
    dA = (upstream @ W2) * (S + A * S * (1 - S))
    return dA.T @ X, dA.sum(0), upstream.T @ Hid, upstream.sum(0)
