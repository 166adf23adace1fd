"""The gradients of w and x are exchanged."""


# cell: graphs-neuron-code
# must fail: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    f = 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))
    d = f * (1 - f)
    return f, (w0 * d, x0 * d, w1 * d, x1 * d, d)
