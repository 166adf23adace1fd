"""Loops over the places of the output only; normalization from its own formulas."""

from functools import reduce
import numpy as np
from nndl.layers import batchnorm_backward_fast, batchnorm_forward

def output_size(size, field, stride, pad):
    room = size - field + 2 * pad
    if room < 0 or room % stride:
        raise ValueError(f'A window of {field} with stride {stride} does not fit onto {size} pixels with {pad} more at either end.')
    return room // stride + 1

def conv_forward_naive(x, w, b, conv_param):
    return conv_forward_fast(x, w, b, conv_param)

def conv_backward_naive(upstream, cache):
    return conv_backward_fast(upstream, cache)

def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    if x.shape[2] < height or x.shape[3] < width:
        raise ValueError("the windows are larger than the pictures")
    if (x.shape[2] - height) % stride != 0 or (x.shape[3] - width) % stride != 0:
        raise ValueError("the windows do not fit")
    out = np.empty(
        (*x.shape[:2], (x.shape[2] - height) // stride + 1, (x.shape[3] - width) // stride + 1), dtype=x.dtype
    )
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            box = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = np.max(np.max(box, axis=3), axis=2)
    return out, [x, out, height, width, stride]

def max_pool_backward_naive(upstream, cache):
    x, out, height, width, stride = cache
    dx = np.zeros(x.shape, dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            box = np.s_[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            mask = x[box] == out[:, :, i, j][:, :, None, None]
            dx[box] += mask * upstream[:, :, i, j][:, :, None, None]
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
    F, C, HH, WW = w.shape
    rows, columns = output_size(x.shape[2], HH, stride, pad), output_size(x.shape[3], WW, stride, pad)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.empty((len(x), F, rows, columns), dtype=x.dtype)
    flat = w.reshape(F, -1).T
    for i in range(rows):
        for j in range(columns):
            box = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = box.reshape(len(x), -1) @ flat + b
    return out, (padded, w, stride, pad, x.shape)

def conv_backward_fast(upstream, cache):
    padded, w, stride, pad, shape = cache
    F, C, HH, WW = w.shape
    flat, dflat, dpadded = w.reshape(F, -1), np.zeros((F, C * HH * WW), w.dtype), np.zeros_like(padded)
    for i in range(upstream.shape[2]):
        for j in range(upstream.shape[3]):
            box = np.s_[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            d = upstream[:, :, i, j]
            dflat += d.T @ padded[box].reshape(len(padded), -1)
            dpadded[box] += (d @ flat).reshape(-1, C, HH, WW)
    H, W = shape[2:]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dflat.reshape(w.shape), upstream.sum(axis=3).sum(axis=2).sum(axis=0)

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    C = x.shape[1]
    bn_param.setdefault("running_mean", np.zeros(C, x.dtype))
    bn_param.setdefault("running_var", np.zeros(C, x.dtype))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * var
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    root = np.sqrt(var + eps)[:, None, None]
    hat = (x - mean[:, None, None]) / root
    return gamma[:, None, None] * hat + beta[:, None, None], (hat, root, gamma)

def spatial_batchnorm_backward(upstream, cache):
    hat, root, gamma = cache
    over = (0, 2, 3)
    d = upstream * gamma[:, None, None]
    dx = d - d.mean(axis=over, keepdims=True) - hat * (d * hat).mean(axis=over, keepdims=True)
    return dx / root, (upstream * hat).sum(axis=over), upstream.sum(axis=over)

def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get("eps", 1e-5)
    parts = [
        (part - part.mean(axis=(1, 2, 3), keepdims=True)) / np.sqrt(part.var(axis=(1, 2, 3), keepdims=True) + eps)
        for part in np.split(x, groups, axis=1)
    ]
    roots = [np.sqrt(part.var(axis=(1, 2, 3), keepdims=True) + eps) for part in np.split(x, groups, axis=1)]
    hat = np.concatenate(parts, axis=1)
    return gamma.reshape(-1, 1, 1) * hat + beta.reshape(-1, 1, 1), (gamma, parts, roots)

def spatial_groupnorm_backward(upstream, cache):
    gamma, parts, roots = cache
    hat = np.concatenate(parts, axis=1)
    dhat = np.split(upstream * gamma.reshape(-1, 1, 1), len(parts), axis=1)
    over = {"axis": (1, 2, 3), "keepdims": True}
    dx = [(d - d.mean(**over) - h * (d * h).mean(**over)) / r for d, h, r in zip(dhat, parts, roots)]
    return np.concatenate(dx, axis=1), (upstream * hat).sum(axis=(0, 2, 3)), upstream.sum(axis=(0, 2, 3))
