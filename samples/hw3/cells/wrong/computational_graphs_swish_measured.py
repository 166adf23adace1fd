"""Finite differences."""


# cell: graphs-swish-code
# must fail: graphs.swish
def swish_gradients(X, W1, b1, W2, b2, upstream):
    parameters = [v.copy() for v in (W1, b1, W2, b2)]

    def f():
        A = X @ parameters[0].T + parameters[1]
        return float(np.sum(upstream * (A * (1 + np.tanh(A / 2)) / 2 @ parameters[2].T + parameters[3])))

    slopes = [np.zeros_like(v) for v in parameters]
    for array, slope in zip(parameters, slopes):
        for place in np.ndindex(array.shape):
            old = array[place]
            array[place] = old + 1e-5
            up = f()
            array[place] = old - 1e-5
            slope[place] = (up - f()) / 2e-5
            array[place] = old
    return tuple(slopes)
