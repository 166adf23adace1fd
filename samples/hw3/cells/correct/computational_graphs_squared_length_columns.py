"""Vectors as columns inside."""


# cell: graphs-squared_length-code
# question: graphs.squared_length
def squared_length(W, x):
    column = x.reshape(-1, 1)
    q = W @ column
    dq = 2 * q
    return (q.T @ q)[0, 0], dq @ column.T, (W.T @ dq)[:, 0]
