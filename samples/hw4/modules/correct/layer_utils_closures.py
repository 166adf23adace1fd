"""The cache is a function that does the backward pass."""

from nndl.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward_fast,
    batchnorm_forward,
    relu_backward,
    relu_forward,
)


def affine_relu_forward(x, w, b):
    hidden, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(hidden)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(upstream, cache):
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(upstream, relu_cache), affine_cache)


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    hidden, affine_cache = affine_forward(x, w, b)
    normalized, norm_cache = batchnorm_forward(hidden, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)

    def back(upstream):
        d, dgamma, dbeta = batchnorm_backward_fast(relu_backward(upstream, relu_cache), norm_cache)
        dx, dw, db = affine_backward(d, affine_cache)
        return dx, dw, db, dgamma, dbeta

    return out, back


def affine_batchnorm_relu_backward(upstream, cache):
    return cache(upstream)
