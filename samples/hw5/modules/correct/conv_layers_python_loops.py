"""As many loops as one likes: number by number, with Python's own sums, and lists in the caches."""

from functools import reduce

import numpy as np

from nndl.layers import batchnorm_backward_fast, batchnorm_forward


def output_size(size, field, stride, pad):
    places, start = 0, -pad
    while start + field < size + pad:
        start += stride
        places += 1
    if start + field != size + pad:
        raise ValueError(f"{field} pixels with stride {stride} do not fit onto {size} and twice {pad}")
    return places + 1


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = output_size(H, HH, stride, pad), output_size(W, WW, stride, pad)
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    padded[:, :, pad : H + pad, pad : W + pad] = x
    out = np.zeros((N, F, rows, columns), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    out[n, f, i, j] = b[f]
                    for c in range(C):
                        for k in range(HH):
                            for m in range(WW):
                                out[n, f, i, j] += w[f, c, k, m] * padded[n, c, i * stride + k, j * stride + m]
    return out, (padded, w, b, conv_param)


def conv_backward_naive(upstream, cache):
    padded, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros_like(b)
    N, F, rows, columns = upstream.shape
    _, C, HH, WW = w.shape
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    db[f] += upstream[n, f, i, j]
                    for c in range(C):
                        for k in range(HH):
                            for m in range(WW):
                                r, s = i * stride + k, j * stride + m
                                dw[f, c, k, m] += padded[n, c, r, s] * upstream[n, f, i, j]
                                dpadded[n, c, r, s] += w[f, c, k, m] * upstream[n, f, i, j]
    if pad == 0:
        return dpadded, dw, db
    return dpadded[:, :, pad:-pad, pad:-pad], dw, db


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    rows, columns = output_size(H, height, stride, 0), output_size(W, width, stride, 0)
    out, winners = np.zeros((N, C, rows, columns), dtype=x.dtype), []
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    value, best = max(
                        (x[n, c, r, s], (n, c, r, s))
                        for r in range(i * stride, i * stride + height)
                        for s in range(j * stride, j * stride + width)
                    )
                    out[n, c, i, j] = value
                    winners.append(best)
    return out, [x.shape, winners]


def max_pool_backward_naive(upstream, cache):
    shape, winners = cache
    dx = np.zeros(shape, dtype=upstream.dtype)
    for best, slope in zip(winners, upstream.flat):
        dx[best] += slope
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


def conv_forward_fast(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows, columns = output_size(x.shape[2], w.shape[2], stride, pad), output_size(x.shape[3], w.shape[3], stride, pad)
    channels = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))).transpose(1, 0, 2, 3)  # (C, N, ...)
    out = np.zeros((len(w), len(x), rows, columns), dtype=x.dtype)
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            seen = channels[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
            out += np.tensordot(w[:, :, k, m], seen, 1)
    out += b[:, None, None, None]
    return out.transpose(1, 0, 2, 3), (channels, w, stride, pad)


def conv_backward_fast(upstream, cache):
    channels, w, stride, pad = cache
    slopes = np.ascontiguousarray(upstream.transpose(1, 0, 2, 3))  # (F, N, H', W')
    F, N, rows, columns = slopes.shape
    dchannels, dw = np.zeros_like(channels), np.empty_like(w)
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            there = np.s_[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
            dw[:, :, k, m] = slopes.reshape(F, -1) @ channels[there].reshape(w.shape[1], -1).T
            dchannels[there] += np.tensordot(w[:, :, k, m].T, slopes, axes=1)
    H, W = channels.shape[2] - 2 * pad, channels.shape[3] - 2 * pad
    dx = dchannels[:, :, pad : pad + H, pad : pad + W].transpose(1, 0, 2, 3)
    return dx, dw, slopes.reshape(F, -1).sum(axis=1)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Channel by channel, with settings of its own for each and the averages put together afterwards."""
    C = x.shape[1]
    out, caches, params = np.empty_like(x), [], []
    for c in range(C):
        param = dict(bn_param)
        for name in ("running_mean", "running_var"):
            if name in bn_param:
                param[name] = bn_param[name][c : c + 1]
        column = x[:, c].reshape(-1, 1)
        flat, cache = batchnorm_forward(column, gamma[c : c + 1], beta[c : c + 1], param)
        out[:, c] = flat.reshape(x[:, c].shape)
        caches.append(cache)
        params.append(param)
    if bn_param["mode"] == "train":
        for name in ("running_mean", "running_var"):
            bn_param[name] = np.concatenate([param[name] for param in params])
    return out, caches


def spatial_batchnorm_backward(upstream, cache):
    parts = [batchnorm_backward_fast(upstream[:, c].reshape(-1, 1), one) for c, one in enumerate(cache)]
    dx = np.stack([part[0].reshape(upstream[:, 0].shape) for part in parts], axis=1)
    return dx, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    """Standardize all pictures of a group as columns of batch normalization in training."""
    N, C, H, W = x.shape
    columns = x.reshape(N * groups, -1).T
    one, zero = np.ones(N * groups, x.dtype), np.zeros(N * groups, x.dtype)
    x_hat, inner = batchnorm_forward(columns, one, zero, {"mode": "train", "eps": gn_param.get("eps", 1e-5)})
    x_hat = x_hat.T.reshape(x.shape)
    scale, shift = (np.broadcast_to(a[:, None, None], (C, H, W)) for a in (gamma, beta))
    return scale * x_hat + shift, (x_hat, inner, gamma, groups)


def spatial_groupnorm_backward(upstream, cache):
    x_hat, inner, gamma, groups = cache
    d = (upstream * gamma[:, None, None]).reshape(len(upstream) * groups, -1).T
    dx = batchnorm_backward_fast(d, inner)[0].T.reshape(upstream.shape)
    dgamma, dbeta = np.zeros_like(gamma), np.zeros_like(gamma)
    for n in range(len(upstream)):
        dgamma += (upstream[n] * x_hat[n]).sum(axis=(1, 2))
        dbeta += upstream[n].sum(axis=(1, 2))
    return dx, dgamma, dbeta
