"""One offset of the filter at a time; no window is ever copied."""

from functools import reduce
import numpy as np
from nndl.layers import batchnorm_backward_fast, batchnorm_forward

def output_size(size, field, stride, pad):
    places, rest = divmod(size + 2 * pad - field, stride)
    if rest != 0 or size + 2 * pad < field:
        raise ValueError(f"{size=} {field=} {stride=} {pad=}")
    return places + 1

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = output_size(H, HH, stride, pad), output_size(W, WW, stride, pad)
    out = np.zeros((N, F, rows, columns), x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    total = b[f]
                    for k in range(HH):
                        for m in range(WW):
                            r, s = i * stride + k - pad, j * stride + m - pad
                            if 0 <= r < H and 0 <= s < W:
                                total = total + x[n, :, r, s] @ w[f, :, k, m]
                    out[n, f, i, j] = total
    return out, (x, w, conv_param)

def conv_backward_naive(upstream, cache):
    x, w, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(F, x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(upstream.shape[2]):
                for j in range(upstream.shape[3]):
                    g = upstream[n, f, i, j]
                    db[f] += g
                    for k in range(HH):
                        for m in range(WW):
                            r, s = i * stride + k - pad, j * stride + m - pad
                            if 0 <= r < H and 0 <= s < W:
                                dw[f, :, k, m] += g * x[n, :, r, s]
                                dx[n, :, r, s] += g * w[f, :, k, m]
    return dx, dw, db

def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    rows, columns = output_size(H, height, stride, 0), output_size(W, width, stride, 0)
    out = np.zeros((N, C, rows, columns), x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    out[n, c, i, j] = x[n, c, i * stride : i * stride + height, j * stride : j * stride + width].max()
    return out, (x, pool_param)

def max_pool_backward_naive(upstream, cache):
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*upstream.shape):
        box = x[n, c, i * stride : i * stride + height, j * stride : j * stride + width]
        largest = box == box.max()
        share = upstream[n, c, i, j] / largest.sum(dtype=x.dtype)
        dx[n, c, i * stride : i * stride + height, j * stride : j * stride + width] += largest * share
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
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = output_size(H, HH, stride, pad), output_size(W, WW, stride, pad)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((F, N, rows, columns), x.dtype) + b.reshape(F, 1, 1, 1)
    for k in range(HH):
        for m in range(WW):
            seen = padded[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
            out += np.tensordot(w[:, :, k, m], seen, axes=(1, 1))
    return out.transpose(1, 0, 2, 3), (padded, x.shape, w, stride, pad)

def conv_backward_fast(upstream, cache):
    padded, (N, C, H, W), w, stride, pad = cache
    rows, columns = upstream.shape[2:]
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            place = np.s_[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
            dw[:, :, k, m] = np.tensordot(upstream, padded[place], axes=((0, 2, 3), (0, 2, 3)))
            dpadded[place] += np.tensordot(upstream, w[:, :, k, m], axes=(1, 0)).transpose(0, 3, 1, 2)
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, upstream.sum((0, 2, 3))

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    columns = x.swapaxes(0, 1).reshape(C, -1).T
    out, cache = batchnorm_forward(columns, gamma, beta, bn_param)
    return out.T.reshape(C, N, H, W).swapaxes(0, 1), cache

def spatial_batchnorm_backward(upstream, cache):
    N, C, H, W = upstream.shape
    dx, dgamma, dbeta = batchnorm_backward_fast(upstream.swapaxes(0, 1).reshape(C, -1).T, cache)
    return dx.T.reshape(C, N, H, W).swapaxes(0, 1), dgamma, dbeta

def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get("eps", 1e-5)
    hat, roots = np.zeros_like(x), np.zeros((len(x), groups), x.dtype)
    size = x.shape[1] // groups
    for n in range(len(x)):
        for g in range(groups):
            part = x[n, g * size : (g + 1) * size]
            roots[n, g] = np.sqrt(part.var() + eps)
            hat[n, g * size : (g + 1) * size] = (part - part.mean()) / roots[n, g]
    return gamma[None, :, None, None] * hat + beta[None, :, None, None], (gamma, groups, roots, hat)

def spatial_groupnorm_backward(upstream, cache):
    gamma, groups, roots, hat = cache
    size = upstream.shape[1] // groups
    dx, dhat = np.zeros_like(upstream), upstream * gamma[None, :, None, None]
    for n in range(len(dx)):
        for g in range(groups):
            part = slice(g * size, (g + 1) * size)
            d, h = dhat[n, part], hat[n, part]
            dx[n, part] = (d - d.mean() - h * (d * h).mean()) / roots[n, g]
    return dx, (upstream * hat).sum((0, 2, 3)), upstream.sum((0, 2, 3))
