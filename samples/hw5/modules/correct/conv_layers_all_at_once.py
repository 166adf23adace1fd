"""All pictures in one matrix product; boxes of slices."""

from functools import reduce
import numpy as np
from nndl.layers import batchnorm_backward_fast, batchnorm_forward

def output_size(size, field, stride, pad):
    places = (size - field + 2 * pad) / stride + 1
    if places != int(places) or places < 1:
        raise ValueError("does not fit")
    return int(places)

def conv_forward_naive(x, w, b, conv_param):
    S, P = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    padded = np.zeros((N, C, H + 2 * P, W + 2 * P), dtype=x.dtype)
    padded[:, :, P : P + H, P : P + W] = x
    out = np.zeros((N, F, output_size(H, HH, S, P), output_size(W, WW, S, P)), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            box = padded[:, :, i * S : i * S + HH, j * S : j * S + WW]
            for f in range(F):
                out[:, f, i, j] = (box * w[f]).sum(axis=(1, 2, 3)) + b[f]
    return out, (padded, w, S, P)

def conv_backward_naive(upstream, cache):
    padded, w, S, P = cache
    HH, WW = w.shape[2:]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            rows, columns = slice(i * S, i * S + HH), slice(j * S, j * S + WW)
            for f in range(len(w)):
                d = upstream[:, f, i, j][:, None, None, None]
                dw[f] += (padded[:, :, rows, columns] * d).sum(axis=0)
                dpadded[:, :, rows, columns] += w[f] * d
    db = np.array([upstream[:, f].sum() for f in range(len(w))], dtype=upstream.dtype)
    end = -P if P else None
    return dpadded[:, :, P:end, P:end], dw, db

def max_pool_forward_naive(x, pool_param):
    height, width, S = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    out = np.full((N, C, output_size(H, height, S, 0), output_size(W, width, S, 0)), -np.inf, dtype=x.dtype)
    for k in range(height):
        for m in range(width):
            seen = x[:, :, k : k + S * (out.shape[2] - 1) + 1 : S, m : m + S * (out.shape[3] - 1) + 1 : S]
            out = np.maximum(out, seen)
    return out, (x, out, height, width, S)

def max_pool_backward_naive(upstream, cache):
    x, out, height, width, S = cache
    dx = np.zeros_like(x)
    for k in range(height):
        for m in range(width):
            there = slice(k, k + S * (out.shape[2] - 1) + 1, S), slice(m, m + S * (out.shape[3] - 1) + 1, S)
            dx[:, :, there[0], there[1]] += upstream * (x[:, :, there[0], there[1]] == out)
    return dx

def max_pool_forward_fast(x, pool_param):
    (H, W), s = (x.shape[2:], pool_param['stride'])
    if (pool_param['pool_height'], pool_param['pool_width']) != (s, s) or H % s or W % s:
        raise ValueError(f'{pool_param} does not cut {H} x {W} pixels into squares: use max_pool_forward_naive.')
    rows = reduce(np.maximum, [x[:, :, k::s] for k in range(s)])
    out = reduce(np.maximum, [rows[..., k::s] for k in range(s)])
    return (out, (x, out, s))

def max_pool_backward_fast(upstream, cache):
    x, out, s = cache
    dx = np.empty_like(x)
    for k in range(s):
        for m in range(s):
            dx[:, :, k::s, m::s] = upstream * (x[:, :, k::s, m::s] == out)
    return dx

def conv_forward_fast(x, w, b, conv_param):
    S, P = conv_param["stride"], conv_param["pad"]
    F, C, HH, WW = w.shape
    H, W = output_size(x.shape[2], HH, S, P), output_size(x.shape[3], WW, S, P)
    padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), axis=(2, 3))[:, :, ::S, ::S]
    matrix = views.transpose(1, 4, 5, 0, 2, 3).reshape(C * HH * WW, -1)
    out = (w.reshape(F, -1) @ matrix + b[:, None]).reshape(F, len(x), H, W).transpose(1, 0, 2, 3)
    return out, (x, w, S, P, matrix)

def conv_backward_fast(upstream, cache):
    x, w, S, P, matrix = cache
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    rows, columns = upstream.shape[2:]
    flat = upstream.transpose(1, 0, 2, 3).reshape(F, -1)
    boxes = (w.reshape(F, -1).T @ flat).reshape(C, HH, WW, N, rows, columns)
    dx = np.zeros((C, N, H + 2 * P, W + 2 * P), dtype=x.dtype)
    for k in range(HH):
        for m in range(WW):
            dx[:, :, k : k + S * rows : S, m : m + S * columns : S] += boxes[:, k, m]
    dx = dx[:, :, P : P + H, P : P + W].transpose(1, 0, 2, 3)
    return dx, (flat @ matrix.T).reshape(w.shape), flat.sum(axis=1)

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    last = np.moveaxis(x, 1, -1)
    out, cache = batchnorm_forward(last.reshape(-1, x.shape[1]), gamma, beta, bn_param)
    return np.moveaxis(out.reshape(last.shape), -1, 1), cache

def spatial_batchnorm_backward(upstream, cache):
    last = np.moveaxis(upstream, 1, -1)
    dx, dgamma, dbeta = batchnorm_backward_fast(last.reshape(-1, upstream.shape[1]), cache)
    return np.moveaxis(dx.reshape(last.shape), -1, 1), dgamma, dbeta

def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    five = x.reshape(N, groups, C // groups, H, W)
    mean = five.mean(axis=(2, 3, 4), keepdims=True)
    var = ((five - mean) ** 2).mean(axis=(2, 3, 4), keepdims=True)
    hat = ((five - mean) / np.sqrt(var + eps)).reshape(N, C, H, W)
    out = hat * gamma.reshape(1, C, 1, 1) + beta.reshape(1, C, 1, 1)
    return out, (five - mean, var + eps, hat, gamma)

def spatial_groupnorm_backward(upstream, cache):
    centred, variance, hat, gamma = cache
    axes, M = (2, 3, 4), np.prod(centred.shape[2:])
    dgamma, dbeta = np.sum(upstream * hat, axis=(0, 2, 3)), np.sum(upstream, axis=(0, 2, 3))
    dhat = (upstream * gamma.reshape(1, -1, 1, 1)).reshape(centred.shape)
    root = np.sqrt(variance)
    dvar = np.sum(dhat * centred, axis=axes, keepdims=True) * -0.5 / (variance * root)
    dmean = -np.sum(dhat / root, axis=axes, keepdims=True)
    dx = dhat / root + dvar * 2 * centred / float(M) + dmean / float(M)
    return dx.reshape(upstream.shape), dgamma, dbeta
