"""Layers that often come together, as one.

The first pair is given as the example of composing: forward runs the layers in order and keeps their caches, backward
runs their backward functions in the opposite order.
"""

from nndl.layers import affine_backward, affine_forward, relu_backward, relu_forward


def affine_relu_forward(x, w, b):
    """An affine layer, then a ReLU.

    Args:
        x: examples, (N, d1, d2, ...).
        w: weights, (M, D).
        b: biases, (M,).

    Returns:
        out: (N, M).
        cache: for `affine_relu_backward`.
    """
    hidden, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(hidden)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(upstream, cache):
    """Backward pass of an affine layer followed by a ReLU.

    Args:
        upstream: gradient of the loss with respect to the output, (N, M).
        cache: from `affine_relu_forward`.

    Returns:
        dx, dw, db: gradients with respect to x, w and b, each of its variable's shape.
    """
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(upstream, relu_cache), affine_cache)
