"""Finite differences."""


# cell: graphs-squared_length-code
# must fail: graphs.squared_length
def squared_length(W, x):
    f = lambda W, x: float(np.sum((W @ x) ** 2))
    W, x = W.copy(), x.copy()
    dW, dx, h = np.zeros_like(W), np.zeros_like(x), 1e-5
    for array, slopes in ((W, dW), (x, dx)):
        for place in np.ndindex(array.shape):
            old = array[place]
            array[place] = old + h
            up = f(W, x)
            array[place] = old - h
            slopes[place] = (up - f(W, x)) / (2 * h)
            array[place] = old
    return f(W, x), dW, dx
