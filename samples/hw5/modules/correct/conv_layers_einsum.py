"""Windows and einsum."""

from functools import reduce
import numpy as np
from nndl.layers import batchnorm_backward_fast, batchnorm_forward, layernorm_backward, layernorm_forward

def output_size(size, field, stride, pad):
    whole = size + 2 * pad
    if whole < field:
        raise ValueError("the window is larger than the picture")
    starts = range(0, whole - field + 1, stride)
    if starts[-1] + field != whole:
        raise ValueError("pixels would be left over")
    return len(starts)

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = output_size(x.shape[2], w.shape[2], stride, pad)
    columns = output_size(x.shape[3], w.shape[3], stride, pad)
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], mode="constant")
    maps = []
    for picture in padded:
        maps.append([])
        for filt, bias in zip(w, b):
            plane = [
                [
                    np.vdot(
                        picture[:, i * stride : i * stride + w.shape[2], j * stride : j * stride + w.shape[3]], filt
                    )
                    + bias
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
            maps[-1].append(plane)
    return np.array(maps, dtype=x.dtype), (x, w, b, conv_param)

def conv_backward_naive(upstream, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    dpadded, dw, db = padded * 0, w * 0, b * 0
    for n, f, i, j in np.ndindex(upstream.shape):
        corner = np.s_[n, :, i * stride : i * stride + w.shape[2], j * stride : j * stride + w.shape[3]]
        dpadded[corner] += w[f] * upstream[n, f, i, j]
        dw[f] += padded[corner] * upstream[n, f, i, j]
        db[f] += upstream[n, f, i, j]
    return dpadded[:, :, pad : dpadded.shape[2] - pad, pad : dpadded.shape[3] - pad], dw, db

def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    output_size(x.shape[2], height, stride, 0), output_size(x.shape[3], width, stride, 0)
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5)), (x, pool_param)

def max_pool_backward_naive(upstream, cache):
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))[:, :, ::stride, ::stride]
    best = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    n, c, i, j = np.indices(upstream.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + best // width, j * stride + best % width), upstream)
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
    for side in (2, 3):
        output_size(x.shape[side], w.shape[side], stride, pad)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("ncijkl,fckl->nfij", windows, w, optimize=True) + b[:, None, None]
    return out, (windows, padded, x, w, stride, pad)

def conv_backward_fast(upstream, cache):
    windows, padded, x, w, stride, pad = cache
    dw = np.einsum("nfij,ncijkl->fckl", upstream, windows, optimize=True)
    boxes = np.einsum("nfij,fckl->klncij", upstream, w, optimize=True)
    dpadded = np.zeros_like(padded)
    rows, columns = upstream.shape[2:]
    for k, plane in enumerate(boxes):
        for m, part in enumerate(plane):
            dpadded[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride] += part
    H, W = x.shape[2:]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, np.einsum("nfij->f", upstream)

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    rows = np.einsum("nchw->nhwc", x).reshape(-1, x.shape[1])
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    shape = (x.shape[0], x.shape[2], x.shape[3], x.shape[1])
    return np.einsum("nhwc->nchw", out.reshape(shape)), (cache, shape)

def spatial_batchnorm_backward(upstream, cache):
    cache, shape = cache
    dx, dgamma, dbeta = batchnorm_backward_fast(np.einsum("nchw->nhwc", upstream).reshape(-1, shape[-1]), cache)
    return np.einsum("nhwc->nchw", dx.reshape(shape)), dgamma, dbeta

def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    one = np.ones(C // groups * H * W, x.dtype)
    rows, cache = layernorm_forward(x.reshape(N * groups, -1), one, 0 * one, {"eps": eps})
    hat = rows.reshape(x.shape)
    return np.einsum("c,nchw->nchw", gamma, hat) + beta[:, None, None], (hat, gamma, cache, groups)

def spatial_groupnorm_backward(upstream, cache):
    hat, gamma, cache, groups = cache
    dhat = np.einsum("c,nchw->nchw", gamma, upstream).reshape(len(upstream) * groups, -1)
    dx, _, _ = layernorm_backward(dhat, cache)
    return dx.reshape(upstream.shape), np.einsum("nchw,nchw->c", upstream, hat), np.einsum("nchw->c", upstream)
