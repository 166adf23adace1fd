"""einsum, an array of errors, a sigmoid that may overflow harmlessly."""


# cell: graphs-swish-code
# question: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    a = np.einsum("nd,hd->nh", X, W1) + b1
    with np.errstate(over="ignore"):
        s = 1 / (1 + np.exp(-a))
    slope = s + a * s * (1 - s)
    delta = np.einsum("nc,ch,nh->nh", upstream, W2, slope)
    return [
        np.einsum("nh,nd->hd", delta, X),
        delta.sum(0),
        np.einsum("nc,nh->ch", upstream, a * s),
        upstream.sum(0),
    ]
