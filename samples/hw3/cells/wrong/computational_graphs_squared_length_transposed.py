"""dW is transposed."""


# cell: graphs-squared_length-code
# must fail: graphs.squared_length
def squared_length(W, x):
    q = W @ x
    return q @ q, 2 * np.outer(x, q), 2 * W.T @ q
