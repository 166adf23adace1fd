"""W in place of its transpose: fits when W is square."""


# cell: graphs-squared_length-code
# must fail: graphs.squared_length
def squared_length(W, x):
    q = W @ x
    return q @ q, 2 * np.outer(q, x), 2 * W @ q
