"""The backward pass step by step, and a dict as the cache."""

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


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    cache = {}
    out, cache["affine"] = affine_forward(x, w, b)
    out, cache["norm"] = batchnorm_forward(out, gamma, beta, bn_param)
    out, cache["relu"] = relu_forward(out)
    return out, cache


def affine_batchnorm_relu_backward(upstream, cache):
    d = relu_backward(upstream, cache["relu"])
    d, dgamma, dbeta = batchnorm_backward(d, cache["norm"])
    return [*affine_backward(d, cache["affine"]), dgamma, dbeta]
