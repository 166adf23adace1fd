# Changes x.
# cell: architectures-residual-code
# must fail: architectures.residual
def residual_forward(x, w1, b1, w2, b2):
    hidden, first = affine_forward(x, w1, b1)
    hidden, inner = relu_forward(hidden)
    x += 0.001
    change, second = affine_forward(hidden, w2, b2)
    out, outer = relu_forward(x + change)
    return out, (first, inner, second, outer)


def residual_backward(upstream, cache):
    first, inner, second, outer = cache
    both = relu_backward(upstream, outer)
    hidden, dw2, db2 = affine_backward(both, second)
    dx, dw1, db1 = affine_backward(relu_backward(hidden, inner), first)
    return dx + both, dw1, db1, dw2, db2
