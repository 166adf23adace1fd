"""Convolution by Fourier transforms, pooling by sorting, and statistics by hand."""

from functools import reduce

import numpy as np

from nndl.layers import batchnorm_backward, batchnorm_forward

SIDES = (2, 3)


def output_size(size, field, stride, pad):
    last = size + 2 * pad - field
    if last in range(0, size + 2 * pad, stride):
        return len(range(0, last + 1, stride))
    raise ValueError("the window does not fit")


def transformed(a, shape):
    return np.fft.rfftn(a, s=shape, axes=SIDES)


def back(a, shape):
    return np.fft.irfftn(a, s=shape, axes=SIDES)


def conv_forward_fast(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows, columns = (output_size(x.shape[a], w.shape[a], stride, pad) for a in SIDES)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    shape = padded.shape[2:]
    products = np.einsum("nchw,fchw->nfhw", transformed(padded, shape), transformed(w, shape).conj(), optimize=True)
    full = back(products, shape)[:, :, : stride * (rows - 1) + 1 : stride, : stride * (columns - 1) + 1 : stride]
    return (full + b[:, None, None]).astype(x.dtype), [padded, w, stride, pad]


def conv_backward_fast(upstream, cache):
    padded, w, stride, pad = cache
    shape = padded.shape[2:]
    spread = np.zeros((*upstream.shape[:2], *shape), dtype=upstream.dtype)
    spread[:, :, : stride * upstream.shape[2] : stride, : stride * upstream.shape[3] : stride] = upstream
    slopes = transformed(spread, shape)
    dpadded = back(np.einsum("nfhw,fchw->nchw", slopes, transformed(w, shape), optimize=True), shape)
    dw = back(np.einsum("nfhw,nchw->fchw", slopes.conj(), transformed(padded, shape), optimize=True), shape)
    inside = tuple(slice(pad, side - pad) for side in shape)
    kind = padded.dtype
    return (
        dpadded[(..., *inside)].astype(kind),
        dw[:, :, : w.shape[2], : w.shape[3]].astype(kind),
        upstream.sum((0, 2, 3)),
    )


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows, columns = (output_size(x.shape[a], w.shape[a], stride, pad) for a in SIDES)
    padded = np.pad(x, [(0, 0)] * 2 + [(pad, pad)] * 2)
    out = np.zeros((len(x), len(w), rows, columns), dtype=x.dtype)
    for n in range(len(x)):
        for f in range(len(w)):
            for c in range(x.shape[1]):
                for i in range(rows):
                    for k in range(w.shape[2]):  # a row of the filter along a row of the picture
                        line = np.correlate(padded[n, c, i * stride + k], w[f, c, k], mode="valid")
                        out[n, f, i] += line[::stride]
            out[n, f] += b[f]
    return out, [padded, w, stride, pad]


def conv_backward_naive(upstream, cache):
    return conv_backward_fast(upstream, cache)


def max_pool_forward_naive(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows, columns = output_size(x.shape[2], height, stride, 0), output_size(x.shape[3], width, stride, 0)
    numbers = np.arange(x.size).reshape(x.shape)
    out, winners = np.zeros((*x.shape[:2], rows, columns), x.dtype), np.zeros((*x.shape[:2], rows, columns), int)
    for i in range(rows):
        for j in range(columns):
            there = np.s_[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            values, names = (a[there].reshape(*x.shape[:2], -1) for a in (x, numbers))
            order = np.argsort(values, axis=2)[..., -1:]
            out[:, :, i, j] = np.take_along_axis(values, order, axis=2)[..., 0]
            winners[:, :, i, j] = np.take_along_axis(names, order, axis=2)[..., 0]
    return out, {"winners": winners, "shape": x.shape, "dtype": x.dtype}


def max_pool_backward_naive(upstream, cache):
    size = int(np.prod(cache["shape"]))
    flat = np.bincount(cache["winners"].reshape(-1), weights=upstream.reshape(-1), minlength=size)
    return flat.reshape(cache["shape"]).astype(cache["dtype"])


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


def per_channel(a):
    return a[None, :, None, None]


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "test":
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    else:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        for name, now in (("running_mean", mean), ("running_var", var)):
            bn_param[name] = momentum * bn_param.get(name, 0 * now) + (1 - momentum) * now
    x_hat = (x - per_channel(mean)) / np.sqrt(per_channel(var) + eps)
    return per_channel(gamma) * x_hat + per_channel(beta), (x_hat, gamma, var, eps)


def spatial_batchnorm_backward(upstream, cache):
    x_hat, gamma, var, eps = cache
    dbeta, dgamma = upstream.sum((0, 2, 3)), (upstream * x_hat).sum((0, 2, 3))
    M = upstream.size / len(gamma)
    scale = per_channel(gamma / np.sqrt(var + eps))
    return scale * (upstream - per_channel(dbeta / M) - x_hat * per_channel(dgamma / M)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    eps, size = gn_param.get("eps", 1e-5), x.shape[1] // groups
    x_hat, roots = np.empty_like(x), {}
    for n in range(len(x)):
        for g, block in enumerate(np.split(x[n], groups)):
            roots[n, g] = np.sqrt(block.var() + x.dtype.type(eps))
            x_hat[n, g * size : (g + 1) * size] = (block - block.mean()) / roots[n, g]
    return per_channel(gamma) * x_hat + per_channel(beta), (x_hat, gamma, roots, groups)


def spatial_groupnorm_backward(upstream, cache):
    x_hat, gamma, roots, groups = cache
    size, dx = x_hat.shape[1] // groups, np.empty_like(upstream)
    for (n, g), root in roots.items():
        here = n, slice(g * size, (g + 1) * size)
        d, h = upstream[here] * gamma[here[1], None, None], x_hat[here]
        dx[here] = (d - d.mean() - h * (d * h).mean()) / root
    return dx, np.einsum("nchw,nchw->c", upstream, x_hat), np.einsum("nchw->c", upstream)
