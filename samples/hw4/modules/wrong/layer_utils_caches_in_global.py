"""The caches are kept in a global: those of the last forward pass."""
# must fail: layer_utils.affine_batchnorm_relu

from nndl.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward_fast,
    batchnorm_forward,
    relu_backward,
    relu_forward,
)

LAST = []


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


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    """An affine layer, then batch normalization, then a ReLU: the order of Ioffe and Szegedy (2015).

    Args:
        x: examples, (N, d1, d2, ...).
        w: weights, (M, D).
        b: biases, (M,).
        gamma: scales, (M,).
        beta: shifts, (M,).
        bn_param: as for `batchnorm_forward`, which keeps the running averages in it.

    Returns:
        out: (N, M).
        cache: for `affine_batchnorm_relu_backward`, where the mode is "train".
    """
    hidden, affine_cache = affine_forward(x, w, b)
    normalized, norm_cache = batchnorm_forward(hidden, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    LAST[:] = affine_cache, norm_cache, relu_cache
    return out, None


def affine_batchnorm_relu_backward(upstream, cache):
    """Backward pass of an affine layer followed by batch normalization and a ReLU.

    Args:
        upstream: gradient of the loss with respect to the output, (N, M).
        cache: from `affine_batchnorm_relu_forward` in training mode.

    Returns:
        dx, dw, db, dgamma, dbeta: gradients in the order of forward's arguments, each of its variable's shape.
    """
    affine_cache, norm_cache, relu_cache = LAST
    upstream = relu_backward(upstream, relu_cache)
    upstream, dgamma, dbeta = batchnorm_backward_fast(upstream, norm_cache)
    return (*affine_backward(upstream, affine_cache), dgamma, dbeta)
