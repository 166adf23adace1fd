"""The sigmoid as in the lecture: it warns far out, and its value is right."""


# cell: graphs-swish-code
# question: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    A = X.dot(W1.T) + b1[None, :]
    S = 1.0 / (1.0 + np.exp(-A))
    H = A * S
    dH = upstream.dot(W2)
    dA = dH * (H + S * (1 - H))
    return dA.T.dot(X), np.sum(dA, axis=0), upstream.T.dot(H), np.sum(upstream, axis=0)
