"""The way back forgets the sigmoid."""


# cell: graphs-neuron-code
# must fail: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    f = 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))
    return f, (x0 * f, w0 * f, x1 * f, w1 * f, f)
