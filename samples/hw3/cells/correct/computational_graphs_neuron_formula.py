"""No gates: the formula, as an array."""


# cell: graphs-neuron-code
# question: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    f = 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))
    d = f * (1 - f)
    return f, np.array([x0, w0, x1, w1, 1.0]) * d
