"""The bias is added to the second product first; a list is returned."""


# cell: graphs-neuron-code
# question: graphs.neuron
def neuron(w0, x0, w1, x1, w2):
    g = {
        name: getattr(gates, kind)()
        for name, kind in dict(a="Multiply", b="Multiply", c="Add", d="Add", s="Sigmoid").items()
    }
    inner = g["d"].forward(g["c"].forward(g["b"].forward(x1, w1), w2), g["a"].forward(x0, w0))
    f = g["s"].forward(inner)
    up, left = g["d"].backward(g["s"].backward(1)[0])
    rest, dw2 = g["c"].backward(up)
    dx1, dw1 = g["b"].backward(rest)
    dx0, dw0 = g["a"].backward(left)
    return [f, [dw0, dx0, dw1, dx1, dw2]]
