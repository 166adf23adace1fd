"""Columns by index arrays made once for each size, gradients gathered by bincount, caches that are objects."""

from dataclasses import dataclass, field
from functools import lru_cache, reduce
from types import SimpleNamespace

import numpy as np

from nndl import layers

VERBOSE = True


@lru_cache(maxsize=128)
def output_size(size, field, stride, pad):
    places = (size - field + 2 * pad) / stride + 1
    if not (places.is_integer() and places >= 1):
        raise ValueError("A window of %d with stride %d does not fit onto %d + 2 x %d pixels" % (field, stride, size, pad))
    return round(places)


@lru_cache(maxsize=None)
def indices(C, H, W, HH, WW, stride):
    """Where in a flat padded picture the windows' numbers are: (H' * W', C * HH * WW)."""
    rows, columns = output_size(H, HH, stride, 0), output_size(W, WW, stride, 0)
    starts = stride * (W * np.arange(rows)[:, None] + np.arange(columns)).reshape(-1, 1)
    offsets = np.add.outer(np.add.outer(H * W * np.arange(C), W * np.arange(HH)), np.arange(WW)).reshape(1, -1)
    return starts + offsets


@dataclass
class Convolution:
    stride: int
    pad: int
    kept: list = field(default_factory=list)

    def forward(self, x, w, b):
        N, C, H, W = x.shape
        F, _, HH, WW = w.shape
        rows, columns = output_size(H, HH, self.stride, self.pad), output_size(W, WW, self.stride, self.pad)
        p = self.pad
        padded = np.pad(x, ((0,), (0,), (p,), (p,)))
        where = indices(C, H + 2 * p, W + 2 * p, HH, WW, self.stride)
        filters = w.reshape(F, -1)
        out = np.empty((N, F, rows * columns), x.dtype)
        for n, picture in enumerate(padded.reshape(N, -1)):
            np.matmul(filters, picture[where].T, out=out[n])
        out += b[:, np.newaxis]
        self.kept = [padded, w, where, x.shape]
        return out.reshape(N, F, rows, columns)

    def backward(self, upstream):
        padded, w, where, (N, C, H, W) = self.kept
        F, p = len(w), self.pad
        dw, dx = np.zeros((F, where.shape[1]), w.dtype), np.empty_like(padded)
        for n in range(N):
            d = upstream[n].reshape(F, -1)
            dw += d @ padded[n].ravel()[where]
            columns = d.T @ w.reshape(F, -1)
            dx[n] = np.bincount(where.ravel(), columns.ravel(), padded[n].size).reshape(padded[n].shape)
        return dx[:, :, p : p + H, p : p + W], dw.reshape(w.shape), upstream.sum(axis=3).sum(axis=2).sum(axis=0)


def conv_forward_fast(x, w, b, conv_param):
    layer = Convolution(**conv_param)
    return layer.forward(x, w, b), layer


def conv_backward_fast(upstream, cache):
    return cache.backward(upstream)


def conv_forward_naive(x, w, b, conv_param):
    outs, caches = [], []
    for n in range(x.shape[0]):
        if VERBOSE and n == 0:
            print("convolving", x.shape, "with", w.shape, end="\r")
        one, cache = conv_forward_fast(x[[n]], w, b, conv_param)
        outs.append(one)
        caches.append(cache)
    return np.vstack(outs), caches


def conv_backward_naive(upstream, cache):
    parts = [layer.backward(upstream[n : n + 1]) for n, layer in enumerate(cache)]
    dx, dw, db = zip(*parts)
    return [np.concatenate(dx), np.sum(dw, axis=0), np.sum(db, axis=0)]


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    rows, columns = output_size(H, height, stride, 0), output_size(W, width, stride, 0)
    where = indices(1, H, W, height, width, stride)
    seen = x.reshape(N * C, H * W)[:, where]  # (N C, H' W', height width)
    shares = (seen == np.max(seen, axis=-1, keepdims=True)).astype(x.dtype)
    shares /= shares.sum(axis=-1, keepdims=True)
    cache = SimpleNamespace(shares=shares, where=where, shape=x.shape)
    return np.amax(seen, axis=2).reshape(N, C, rows, columns), cache


def max_pool_backward_naive(upstream, cache):
    N, C, H, W = cache.shape
    parts = cache.shares * upstream.reshape(N * C, -1, 1)
    dx = np.zeros((H * W, N * C), upstream.dtype)
    np.add.at(dx, cache.where, np.moveaxis(parts, 0, -1))
    return dx.T.reshape(cache.shape)


def max_pool_forward_fast(x, pool_param):
    (H, W), s = x.shape[2:], pool_param["stride"]
    if (pool_param["pool_height"], pool_param["pool_width"]) != (s, s) or H % s or W % s:
        raise ValueError(f"{pool_param} does not cut {H} x {W} pixels into squares: use max_pool_forward_naive.")
    rows = reduce(np.maximum, [x[:, :, k::s] for k in range(s)])
    out = reduce(np.maximum, [rows[..., k::s] for k in range(s)])
    return out, (x, out, s)


def max_pool_backward_fast(upstream, cache):
    x, out, s = cache
    dx = np.empty_like(x)
    for k in range(s):
        for m in range(s):
            dx[:, :, k::s, m::s] = upstream * (x[:, :, k::s, m::s] == out)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """One column for each channel: swap pictures and channels, flatten, transpose."""
    swapped = x.swapaxes(0, 1)
    columns = swapped.reshape(x.shape[1], -1).T
    out, cache = layers.batchnorm_forward(columns, gamma, beta, bn_param)
    return out.T.reshape(swapped.shape).swapaxes(0, 1), cache


def spatial_batchnorm_backward(upstream, cache):
    swapped = upstream.swapaxes(0, 1)
    dx, dgamma, dbeta = layers.batchnorm_backward_fast(swapped.reshape(len(swapped), -1).T, cache)
    return dx.T.reshape(swapped.shape).swapaxes(0, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    """A group is a row of layer normalization with a scale of 1 and a shift of 0."""
    rows = x.reshape(len(x) * groups, -1)
    one, zero = np.ones(rows.shape[1], x.dtype), np.zeros(rows.shape[1], x.dtype)
    x_hat, inner = layers.layernorm_forward(rows, one, zero, gn_param)
    x_hat = x_hat.reshape(x.shape)
    return (gamma * x_hat.transpose(0, 2, 3, 1) + beta).transpose(0, 3, 1, 2), [x_hat, inner, gamma, groups]


def spatial_groupnorm_backward(upstream, cache):
    x_hat, inner, gamma, groups = cache
    scaled = upstream * gamma[None, :, None, None]
    dx = layers.layernorm_backward(scaled.reshape(len(upstream) * groups, -1), inner)[0]
    products = upstream * x_hat
    return dx.reshape(upstream.shape), products.sum(axis=(0, 2, 3)), upstream.sum(axis=(0, 2, 3))
