"""Entry by entry into arrays of zeros."""

# cell: graphs-squared_length-code
# question: graphs.squared_length
def squared_length(W, x):
    M, D = W.shape
    q = W @ x
    dW, dx = np.zeros((M, D)), np.zeros(D)
    for k in range(M):
        for i in range(D):
            dW[k, i] = 2 * q[k] * x[i]
            dx[i] += 2 * q[k] * W[k, i]
    return np.sum(q**2), dW, dx
