"""One sigmoid gate in place of four."""


# cell: graphs-neuron-code
# question: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    m0, m1, a0, a1, s = gates.Multiply(), gates.Multiply(), gates.Add(), gates.Add(), gates.Sigmoid()
    out = s.forward(a1.forward(a0.forward(m0.forward(w0, x0), m1.forward(w1, x1)), w2))
    (ds,) = s.backward(1.0)
    d, dw2 = a1.backward(ds)
    d0, d1 = a0.backward(d)
    dw0, dx0 = m0.backward(d0)
    dw1, dx1 = m1.backward(d1)
    return out, (dw0, dx0, dw1, dx1, dw2)
