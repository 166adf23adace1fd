"""Window views and tensordot, upstream spread out and correlated with turned filters; an own kind of ValueError."""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from nndl.layers import *

Array = np.ndarray


class SizeError(ValueError):
    """A window that does not fit."""


class Convolved(NamedTuple):
    out: Array
    cache: dict[str, Any]


class Slopes(NamedTuple):
    dx: Array
    dw: Array
    db: Array


def output_size(size: int, field: int, stride: int, pad: int) -> int:
    if (size + 2 * pad < field) or ((size + 2 * pad - field) % stride):
        raise SizeError(f"{field=} {stride=} {pad=} on {size=}")
    return 1 + (size + 2 * pad - field) // stride


def surrounded(x: Array, top: int, left: int) -> Array:
    N, C, H, W = x.shape
    wide = np.zeros((N, C, H + 2 * top, W + 2 * left), x.dtype)
    wide[..., top : top + H, left : left + W] = x
    return wide


def correlate(x: Array, w: Array, stride: int = 1) -> Array:
    """Valid cross-correlation, (N, F, H', W')."""
    seen = sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]  # (N, C, H', W', HH, WW)
    return np.moveaxis(np.tensordot(seen, w, axes=((1, 4, 5), (1, 2, 3))), -1, 1)


def conv_forward_fast(x: Array, w: Array, b: Array, conv_param: dict[str, int]) -> Convolved:
    stride, pad = conv_param["stride"], conv_param["pad"]
    for side in (2, 3):
        output_size(x.shape[side], w.shape[side], stride, pad)
    wide = surrounded(x, pad, pad)
    return Convolved(correlate(wide, w, stride) + b.reshape(1, -1, 1, 1), {"wide": wide, "w": w, "param": conv_param.copy()})


def conv_backward_fast(upstream: Array, cache: dict[str, Any]) -> Slopes:
    wide, w = cache["wide"], cache["w"]
    stride, pad = cache["param"]["stride"], cache["param"]["pad"]
    N, F, rows, columns = upstream.shape
    HH, WW = w.shape[2:]
    spread = np.zeros((N, F, (rows - 1) * stride + 1, (columns - 1) * stride + 1), upstream.dtype)
    spread[:, :, ::stride, ::stride] = upstream
    dw = correlate(wide.swapaxes(0, 1), spread.swapaxes(0, 1)).swapaxes(0, 1)
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)  # (C, F, HH, WW)
    dwide = correlate(surrounded(spread, HH - 1, WW - 1), turned)
    H, W = wide.shape[2] - 2 * pad, wide.shape[3] - 2 * pad
    return Slopes(dwide[:, :, pad:, pad:][:, :, :H, :W], dw, np.add.reduce(upstream, axis=(0, 2, 3)))


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = output_size(size=x.shape[2], field=w.shape[2], stride=stride, pad=pad)
    columns = output_size(size=x.shape[3], field=w.shape[3], stride=stride, pad=pad)
    wide, out = surrounded(x, pad, pad), np.empty((len(x), len(w), rows, columns), dtype=x.dtype)
    for n, f, i, j in np.ndindex(*out.shape):
        corner = wide[n, :, i * stride :, j * stride :][:, : w.shape[2], : w.shape[3]]
        out[n, f, i, j] = np.einsum("ckl,ckl", corner, w[f]) + b[f]
    return Convolved(out, {"wide": wide, "w": w, "param": dict(conv_param)})


conv_backward_naive = conv_backward_fast


def pooling_windows(x, height, width, stride):
    rows, columns = output_size(x.shape[2], height, stride, 0), output_size(x.shape[3], width, stride, 0)
    N, C, down, right = x.strides
    return as_strided(
        x,
        (*x.shape[:2], rows, columns, height, width),
        (N, C, down * stride, right * stride, down, right),
        writeable=False,
    )


def max_pool_forward_naive(x, pool_param):
    height, width, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    seen = pooling_windows(x, height, width, stride)
    flat = seen.reshape(*seen.shape[:4], -1)
    best = flat.argmax(-1)[..., None]
    return np.take_along_axis(flat, best, -1)[..., 0], (best[..., 0], x.shape, width, stride)


def max_pool_backward_naive(upstream, cache):
    best, shape, width, stride = cache
    n, c, i, j = np.indices(best.shape, sparse=True)
    k, m = np.divmod(best, width)
    dx = np.zeros(shape, upstream.dtype)
    np.add.at(dx, (n, c, i * stride + k, j * stride + m), upstream)
    return dx


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
    rows = np.rollaxis(x, 1, 4)
    out, cache = batchnorm_forward(rows.reshape(-1, rows.shape[-1]), gamma, beta, bn_param)
    return np.rollaxis(out.reshape(rows.shape), 3, 1), cache


def spatial_batchnorm_backward(upstream, cache):
    rows = np.rollaxis(upstream, 1, 4)
    dx, *rest = batchnorm_backward(rows.reshape(-1, rows.shape[-1]), cache)
    return np.rollaxis(dx.reshape(rows.shape), 3, 1), *rest


def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    five = x.reshape(N, groups, C // groups, H, W)
    centred = five - five.mean(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(np.mean(np.square(centred), axis=(2, 3, 4), keepdims=True) + eps)
    x_hat = np.reshape(centred / std, x.shape)
    return x_hat * gamma.reshape(1, C, 1, 1) + beta.reshape(1, C, 1, 1), (five.shape, gamma, centred, std, x_hat)


def spatial_groupnorm_backward(upstream, cache):
    five, gamma, centred, std, x_hat = cache
    axes = (2, 3, 4)
    size = five[2] * five[3] * five[4]
    d = (upstream * gamma.reshape(1, -1, 1, 1)).reshape(five)
    dstd = np.sum(-d * centred / std**2, axis=axes, keepdims=True)
    dcentred = d / std + dstd * centred / (std * size)
    dx = dcentred - dcentred.sum(axis=axes, keepdims=True) / size
    sums = (0, 2, 3)
    return Slopes(dx.reshape(upstream.shape), np.sum(upstream * x_hat, axis=sums), np.sum(upstream, axis=sums))
