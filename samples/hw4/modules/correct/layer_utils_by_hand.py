"""Affine and ReLU written out, batch normalization called."""

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
    z = x.reshape(x.shape[0], -1).dot(w.T) + b
    a, norm = batchnorm_forward(z, gamma, beta, bn_param)
    return a * (a > 0), (x, w, norm, a)


def affine_batchnorm_relu_backward(upstream, cache):
    x, w, norm, a = cache
    dz, dgamma, dbeta = batchnorm_backward_fast(upstream * (a > 0), norm)
    dx = dz.dot(w).reshape(x.shape)
    return dx, dz.T.dot(x.reshape(x.shape[0], -1)), dz.sum(axis=0), dgamma, dbeta
