# cell: architectures-residual-code
# question: architectures.residual
def residual_forward(x, w1, b1, w2, b2):
    h1, c1 = affine_forward(x, w1, b1)
    h2, c2 = relu_forward(h1)
    h3, c3 = affine_forward(h2, w2, b2)
    out, c4 = relu_forward(h3 + x)

    def back(d):
        d = relu_backward(d, c4)
        skip = d
        d, dw2, db2 = affine_backward(d, c3)
        d, dw1, db1 = affine_backward(relu_backward(d, c2), c1)
        return [d + skip, dw1, db1, dw2, db2]

    return out, back


def residual_backward(upstream, cache):
    return cache(upstream)
