"""One multiplication gate serves both products."""


# cell: graphs-neuron-code
# must fail: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    m, a, s = gates.Multiply(), gates.Add(), gates.Sigmoid()
    f = s.forward(a.forward(a.forward(m.forward(w0, x0), m.forward(w1, x1)), w2))
    (d,) = s.backward(1.0)
    return f, (*m.backward(d), *m.backward(d), d)
