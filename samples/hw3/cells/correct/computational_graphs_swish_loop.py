"""Example by example, outer products."""


# cell: graphs-swish-code
# question: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    dW1, db1, dW2, db2 = (np.zeros_like(v) for v in (W1, b1, W2, b2))
    for x, g in zip(X, upstream):
        a = W1 @ x + b1
        s = (1 + np.tanh(a / 2)) / 2
        da = (W2.T @ g) * s * (1 + a * (1 - s))
        dW1 += np.outer(da, x)
        db1 += da
        dW2 += np.outer(g, a * s)
        db2 += g
    return dW1, db1, dW2, db2
