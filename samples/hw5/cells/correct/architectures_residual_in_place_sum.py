# cell: architectures-residual-code
# question: architectures.residual
def residual_forward(x, w1, b1, w2, b2):
    h, c1 = affine_forward(x, w1, b1)
    h, c2 = relu_forward(h)
    h, c3 = affine_forward(h, w2, b2)
    h += x
    h, c4 = relu_forward(h)
    return h, [c1, c2, c3, c4]


def residual_backward(upstream, cache):
    c1, c2, c3, c4 = cache
    d = relu_backward(upstream, c4)
    dx = d.copy()
    d, dw2, db2 = affine_backward(d, c3)
    d = relu_backward(d, c2)
    d, dw1, db1 = affine_backward(d, c1)
    dx += d
    return dx, dw1, db1, dw2, db2
