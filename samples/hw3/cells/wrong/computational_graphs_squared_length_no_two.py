"""The factor 2 is missing."""


# cell: graphs-squared_length-code
# must fail: graphs.squared_length
def squared_length(W, x):
    q = W @ x
    return q @ q, np.outer(q, x), W.T @ q
