"""The running averages are kept in a copy of bn_param, which is thrown away."""
# must fail: layer_utils.affine_batchnorm_relu

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
    normalized, norm_cache = batchnorm_forward(hidden, gamma, beta, dict(bn_param))
    out, relu_cache = relu_forward(normalized)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_batchnorm_relu_backward(upstream, cache):
    affine_cache, norm_cache, relu_cache = cache
    upstream = relu_backward(upstream, relu_cache)
    upstream, dgamma, dbeta = batchnorm_backward_fast(upstream, norm_cache)
    dx, dw, db = affine_backward(upstream, affine_cache)
    return dx, dw, db, dgamma, dbeta
