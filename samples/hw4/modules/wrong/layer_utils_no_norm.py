"""The normalization is left out; its gradients are zeros."""
# must fail: layer_utils.affine_batchnorm_relu

from nndl.layers import (
    affine_backward,
    affine_forward,
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
    out, cache = affine_relu_forward(x, w, b)
    return out, (cache, gamma, beta)


def affine_batchnorm_relu_backward(upstream, cache):
    return *affine_relu_backward(upstream, cache[0]), 0 * cache[1], 0 * cache[2]
