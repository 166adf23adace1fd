"""Columns and broadcasting; a list; Python float."""


# cell: graphs-squared_length-code
# question: graphs.squared_length
def squared_length(W, x):
    q = (W * x).sum(axis=1)
    dW = np.zeros_like(W)
    dx = np.zeros_like(x)
    for k in range(len(W)):
        dW[k] = 2 * q[k] * x
        dx += 2 * q[k] * W[k]
    return [float((q**2).sum()), dW, dx]
