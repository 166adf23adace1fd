"""Pairs of layers: affine and normalization as one, then the ReLU."""

from nndl.layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
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


def affine_norm_forward(x, w, b, gamma, beta, bn_param):
    hidden, first = affine_forward(x, w, b)
    out, second = batchnorm_forward(hidden, gamma, beta, bn_param)
    return out, (first, second)


def affine_norm_backward(upstream, cache):
    d, dgamma, dbeta = batchnorm_backward(upstream, cache[1])
    return affine_backward(d, cache[0]) + (dgamma, dbeta)


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    normalized, cache = affine_norm_forward(x, w, b, gamma, beta, bn_param)
    out, mask = relu_forward(normalized)
    return out, (cache, mask)


def affine_batchnorm_relu_backward(upstream, cache):
    return affine_norm_backward(relu_backward(upstream, cache[1]), cache[0])
