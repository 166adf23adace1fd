"""Central differences instead of a derivation."""


# cell: graphs-neuron-code
# must fail: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    def f(v):
        return 1 / (1 + np.exp(-(v[0] * v[1] + v[2] * v[3] + v[4])))

    v, h = np.array([w0, x0, w1, x1, w2]), 1e-5
    return f(v), tuple((f(v + h * e) - f(v - h * e)) / (2 * h) for e in np.eye(5))
