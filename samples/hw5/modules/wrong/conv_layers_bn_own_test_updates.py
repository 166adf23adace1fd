"""Test mode moves the running averages too."""
# must fail: conv_layers.spatial_batchnorm_forward

from functools import reduce
import numpy as np
from nndl.layers import batchnorm_backward_fast, batchnorm_forward

def output_size(size, field, stride, pad):
    room = size - field + 2 * pad
    if room < 0 or room % stride:
        raise ValueError(f'A window of {field} with stride {stride} does not fit onto {size} pixels with {pad} more at either end.')
    return room // stride + 1

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = (conv_param['stride'], conv_param['pad'])
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = (output_size(H, HH, stride, pad), output_size(W, WW, stride, pad))
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.empty((N, F, rows, columns), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    top, left = (i * stride, j * stride)
                    window = padded[n, :, top:top + HH, left:left + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return (out, (x, w, stride, pad))

def conv_backward_naive(upstream, cache):
    x, w, stride, pad = cache
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = (np.zeros_like(padded), np.zeros_like(w))
    N, F, rows, columns = upstream.shape
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    top, left = (i * stride, j * stride)
                    window = padded[n, :, top:top + HH, left:left + WW]
                    dw[f] += upstream[n, f, i, j] * window
                    dpadded[n, :, top:top + HH, left:left + WW] += upstream[n, f, i, j] * w[f]
    return (dpadded[:, :, pad:pad + H, pad:pad + W], dw, upstream.sum(axis=(0, 2, 3)))

def max_pool_forward_naive(x, pool_param):
    height, width, stride = (pool_param['pool_height'], pool_param['pool_width'], pool_param['stride'])
    N, C, H, W = x.shape
    rows, columns = (output_size(H, height, stride, 0), output_size(W, width, stride, 0))
    out = np.empty((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = (i * stride, j * stride)
            out[:, :, i, j] = x[:, :, top:top + height, left:left + width].max(axis=(2, 3))
    return (out, (x, height, width, stride))

def max_pool_backward_naive(upstream, cache):
    x, height, width, stride = cache
    dx = np.zeros_like(x)
    N, C, rows, columns = upstream.shape
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    top, left = (i * stride, j * stride)
                    window = x[n, c, top:top + height, left:left + width]
                    k, m = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + k, left + m] += upstream[n, c, i, j]
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
    stride, pad = (conv_param['stride'], conv_param['pad'])
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = (output_size(H, HH, stride, pad), output_size(W, WW, stride, pad))
    padded = np.zeros((N, H + 2 * pad, W + 2 * pad, C), dtype=x.dtype)
    padded[:, pad:pad + H, pad:pad + W] = x.transpose(0, 2, 3, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), axis=(1, 2))[:, ::stride, ::stride]
    windows = windows.transpose(0, 1, 2, 4, 5, 3)
    filters = w.transpose(2, 3, 1, 0).reshape(-1, F)
    out = np.empty((N, F, rows, columns), dtype=x.dtype)
    few = 4
    for n in range(0, N, few):
        matrix = windows[n:n + few].reshape(-1, len(filters))
        maps = (matrix @ filters + b).reshape(-1, rows, columns, F)
        out[n:n + few] = maps.transpose(0, 3, 1, 2)
    return (out, (windows, x.shape, w, stride, pad))

def conv_backward_fast(upstream, cache):
    windows, (N, C, H, W), w, stride, pad = cache
    F, _, HH, WW = w.shape
    rows, columns = upstream.shape[2:]
    dfilters = np.zeros((HH * WW * C, F), dtype=w.dtype)
    dpadded = np.zeros((N, H + 2 * pad, W + 2 * pad, C), dtype=w.dtype)
    offsets = np.ascontiguousarray(w.transpose(2, 3, 0, 1))
    few = 4
    for n in range(0, N, few):
        slopes = upstream[n:n + few].transpose(0, 2, 3, 1).reshape(-1, F)
        dfilters += windows[n:n + few].reshape(-1, HH * WW * C).T @ slopes
        for k in range(HH):
            for m in range(WW):
                pixels = (slopes @ offsets[k, m]).reshape(-1, rows, columns, C)
                down, across = (slice(k, k + stride * rows, stride), slice(m, m + stride * columns, stride))
                dpadded[n:n + few, down, across] += pixels
    dx = np.ascontiguousarray(dpadded[:, pad:pad + H, pad:pad + W].transpose(0, 3, 1, 2))
    dw = dfilters.reshape(HH, WW, C, F).transpose(3, 2, 0, 1)
    return (dx, dw, upstream.sum(axis=(0, 2, 3)))

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps, momentum = (bn_param.get('eps', 1e-05), bn_param.get('momentum', 0.9))
    running_mean = bn_param.get('running_mean', np.zeros(C, x.dtype))
    running_var = bn_param.get('running_var', np.zeros(C, x.dtype))
    mean, var = (x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3)))
    if bn_param['mode'] == 'test':
        mean, var = (running_mean, running_var)
    batch_mean, batch_var = (x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3)))
    bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * batch_mean
    bn_param['running_var'] = momentum * running_var + (1 - momentum) * batch_var
    x_hat = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return (gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, gamma, var + eps))

def spatial_batchnorm_backward(upstream, cache):
    x_hat, gamma, scale = cache
    dbeta, dgamma = (upstream.sum(axis=(0, 2, 3)), (upstream * x_hat).sum(axis=(0, 2, 3)))
    M = upstream.size // len(gamma)
    inner = M * upstream - dbeta[:, None, None] - x_hat * dgamma[:, None, None]
    return ((gamma / np.sqrt(scale) / M)[:, None, None] * inner, dgamma, dbeta)

def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps = gn_param.get('eps', 1e-05)
    grouped = x.reshape(len(x), groups, -1)
    inverse = 1 / np.sqrt(grouped.var(axis=2, keepdims=True) + eps)
    x_hat = ((grouped - grouped.mean(axis=2, keepdims=True)) * inverse).reshape(x.shape)
    return (gamma[:, None, None] * x_hat + beta[:, None, None], (gamma, groups, inverse, x_hat))

def spatial_groupnorm_backward(upstream, cache):
    gamma, groups, inverse, x_hat = cache
    dbeta = upstream.sum(axis=(0, 2, 3))
    dgamma = (upstream * x_hat).sum(axis=(0, 2, 3))
    shape = (len(upstream), groups, -1)
    dx_hat, x_hat = ((upstream * gamma[:, None, None]).reshape(shape), x_hat.reshape(shape))
    along = (dx_hat * x_hat).mean(axis=2, keepdims=True)
    dx = inverse * (dx_hat - dx_hat.mean(axis=2, keepdims=True) - x_hat * along)
    return (dx.reshape(upstream.shape), dgamma, dbeta)
