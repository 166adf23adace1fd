"""The layers of a convolutional network: convolution, max pooling, and normalization over pictures.

    out, cache = conv_forward_fast(x, w, b, {"stride": 1, "pad": 1})
    dx, dw, db = conv_backward_fast(upstream, cache)

Shapes, the same everywhere:

    x        (N, C, H, W)       N pictures with C channels of H rows and W columns
    w        (F, C, HH, WW)     F filters, each over all C channels and HH x WW pixels
    b        (F,)               one bias for each filter
    out      (N, F, H', W')     H' and W' by `output_size`

H and W may differ, and so may HH and WW. No function changes its arguments. All compute in the precision that they are
given: float32 in, float32 out.
"""

from functools import reduce

import numpy as np

from nndl.layers import batchnorm_backward_fast, batchnorm_forward


def output_size(size, field, stride, pad):
    """How many places a window has along one side of a picture: (size - field + 2 pad) / stride + 1.

    Args:
        size: pixels along the side.
        field: pixels of the filter or of the pooling window along that side.
        stride: pixels from one place to the next.
        pad: zeros added at either end.

    Returns:
        A whole number, an int of at least 1.

    Raises:
        ValueError: the window does not fit in, or its last place would not end where the (padded) picture ends.
    """
    # --- conv_layers.output_size ---
    ### BEGIN SOLUTION
    room = size - field + 2 * pad
    if room < 0 or room % stride:
        raise ValueError(
            f"A window of {field} with stride {stride} does not fit onto {size} pixels with {pad} more at either end."
        )
    return room // stride + 1
    ### END SOLUTION


def conv_forward_naive(x, w, b, conv_param):
    """Forward pass of a convolution, with as many loops as you like.

    As in all networks the filter is not flipped, so that mathematicians call it a cross-correlation:

        out[n, f, i, j] = b[f] + sum over c, k, l of  w[f, c, k, l] * padded[n, c, i * stride + k, j * stride + l]

    Args:
        x: pictures, (N, C, H, W).
        w: filters, (F, C, HH, WW).
        b: biases, (F,).
        conv_param: a dict with
            stride: pixels from one place of the filters to the next, in both directions.
            pad: rows and columns of zeros added on each of the four sides; may be 0.

    Returns:
        out: (N, F, H', W').
        cache: whatever `conv_backward_naive` will need.

    Raises:
        ValueError: the filters do not fit in, or their places do not come out whole, see `output_size`.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    # --- conv_layers.conv_forward_naive ---
    ### BEGIN SOLUTION
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = output_size(H, HH, stride, pad), output_size(W, WW, stride, pad)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.empty((N, F, rows, columns), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    window = padded[n, :, top : top + HH, left : left + WW]  # (C, HH, WW)
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, stride, pad)
    ### END SOLUTION


def conv_backward_naive(upstream, cache):
    """Backward pass of a convolution, with loops.

    Args:
        upstream: gradient of the loss with respect to the output, (N, F, H', W').
        cache: from `conv_forward_naive`.

    Returns:
        dx: (N, C, H, W).
        dw: (F, C, HH, WW).
        db: (F,).
    """
    # --- conv_layers.conv_backward_naive ---
    ### BEGIN SOLUTION
    x, w, stride, pad = cache
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    N, F, rows, columns = upstream.shape
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    window = padded[n, :, top : top + HH, left : left + WW]
                    dw[f] += upstream[n, f, i, j] * window
                    dpadded[n, :, top : top + HH, left : left + WW] += upstream[n, f, i, j] * w[f]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, upstream.sum(axis=(0, 2, 3))
    ### END SOLUTION


def max_pool_forward_naive(x, pool_param):
    """Forward pass of max pooling: of every window in every channel, the largest number.

    Args:
        x: pictures, (N, C, H, W).
        pool_param: a dict with
            pool_height, pool_width: rows and columns of the window.
            stride: pixels from one window to the next. Windows overlap where it is smaller than they are.

    Returns:
        out: (N, C, H', W'), sizes by `output_size` with pad 0.
        cache: whatever `max_pool_backward_naive` will need.

    Raises:
        ValueError: the windows do not fit in, or their places do not come out whole, see `output_size`.
    """
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    # --- conv_layers.max_pool_forward_naive ---
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    rows, columns = output_size(H, height, stride, 0), output_size(W, width, stride, 0)
    out = np.empty((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + height, left : left + width].max(axis=(2, 3))
    return out, (x, height, width, stride)
    ### END SOLUTION


def max_pool_backward_naive(upstream, cache):
    """Backward pass of max pooling: the gradient goes to where the maximum came from.

    Where a window has several largest numbers, it may go to any one of them, be shared by them, or go to all.

    Args:
        upstream: gradient of the loss with respect to the output, (N, C, H', W').
        cache: from `max_pool_forward_naive`.

    Returns:
        dx: (N, C, H, W).
    """
    # --- conv_layers.max_pool_backward_naive ---
    ### BEGIN SOLUTION
    x, height, width, stride = cache
    dx = np.zeros_like(x)
    N, C, rows, columns = upstream.shape
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + height, left : left + width]
                    k, m = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + k, left + m] += upstream[n, c, i, j]  # two windows may share a maximum
    return dx
    ### END SOLUTION


def max_pool_forward_fast(x, pool_param):
    """The same as `max_pool_forward_naive` for square windows that lie side by side and cover the picture. Given.

    It is worth reading: with stride s, every s-th row is the same row of all windows, so that s slices and a maximum
    between them do the work of two loops over pixels. Then the same for columns.

    Raises:
        ValueError: the windows overlap, leave gaps, or do not cover the picture.
    """
    (H, W), s = x.shape[2:], pool_param["stride"]
    if (pool_param["pool_height"], pool_param["pool_width"]) != (s, s) or H % s or W % s:
        raise ValueError(
            f"{pool_param} does not cut {H} x {W} pixels into squares: use max_pool_forward_naive."
        )
    rows = reduce(np.maximum, [x[:, :, k::s] for k in range(s)])  # (N, C, H / s, W)
    out = reduce(np.maximum, [rows[..., k::s] for k in range(s)])  # (N, C, H / s, W / s)
    return out, (x, out, s)


def max_pool_backward_fast(upstream, cache):
    """Backward pass of `max_pool_forward_fast`: the gradient goes to all largest numbers of a window. Given."""
    x, out, s = cache
    dx = np.empty_like(x)
    for k in range(s):
        for m in range(s):
            dx[:, :, k::s, m::s] = upstream * (x[:, :, k::s, m::s] == out)
    return dx


def conv_forward_fast(x, w, b, conv_param):
    """The same as `conv_forward_naive`, without a loop over pixels, filters or channels: at least 50 times as fast.

    Args:
        x, w, b, conv_param: as for `conv_forward_naive`.

    Returns:
        out: (N, F, H', W').
        cache: whatever `conv_backward_fast` will need.

    Raises:
        ValueError: the filters do not fit in, or their places do not come out whole, see `output_size`.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    # --- conv_layers.conv_forward_fast ---
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    rows, columns = output_size(H, HH, stride, pad), output_size(W, WW, stride, pad)
    # Channels last: what a window sees in one row, WW * C numbers, lies side by side in memory.
    padded = np.zeros((N, H + 2 * pad, W + 2 * pad, C), dtype=x.dtype)
    padded[:, pad : pad + H, pad : pad + W] = x.transpose(0, 2, 3, 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), axis=(1, 2))[:, ::stride, ::stride]
    windows = windows.transpose(0, 1, 2, 4, 5, 3)  # (N, H', W', HH, WW, C), a view: nothing is copied yet
    filters = w.transpose(2, 3, 1, 0).reshape(-1, F)  # (HH * WW * C, F)
    out = np.empty((N, F, rows, columns), dtype=x.dtype)
    few = 4  # pictures at a time: their windows stay in the processor's cache, and take no memory to speak of
    for n in range(0, N, few):
        matrix = windows[n : n + few].reshape(-1, len(filters))  # (few * H' * W', HH * WW * C), a copy
        maps = (matrix @ filters + b).reshape(-1, rows, columns, F)
        out[n : n + few] = maps.transpose(0, 3, 1, 2)
    return out, (windows, x.shape, w, stride, pad)
    ### END SOLUTION


def conv_backward_fast(upstream, cache):
    """The same as `conv_backward_naive`, and as fast as `conv_forward_fast`, or nearly.

    Args:
        upstream: gradient of the loss with respect to the output, (N, F, H', W').
        cache: from `conv_forward_fast`.

    Returns:
        dx: (N, C, H, W).
        dw: (F, C, HH, WW).
        db: (F,).
    """
    # --- conv_layers.conv_backward_fast ---
    ### BEGIN SOLUTION
    windows, (N, C, H, W), w, stride, pad = cache
    F, _, HH, WW = w.shape
    rows, columns = upstream.shape[2:]
    dfilters = np.zeros((HH * WW * C, F), dtype=w.dtype)
    dpadded = np.zeros((N, H + 2 * pad, W + 2 * pad, C), dtype=w.dtype)
    offsets = np.ascontiguousarray(w.transpose(2, 3, 0, 1))  # (HH, WW, F, C)
    few = 4
    for n in range(0, N, few):
        slopes = upstream[n : n + few].transpose(0, 2, 3, 1).reshape(-1, F)  # (few * H' * W', F)
        dfilters += windows[n : n + few].reshape(-1, HH * WW * C).T @ slopes
        for k in range(HH):  # with the same offset in all windows, every pixel is met at most once
            for m in range(WW):
                pixels = (slopes @ offsets[k, m]).reshape(-1, rows, columns, C)
                down, across = slice(k, k + stride * rows, stride), slice(m, m + stride * columns, stride)
                dpadded[n : n + few, down, across] += pixels
    dx = np.ascontiguousarray(dpadded[:, pad : pad + H, pad : pad + W].transpose(0, 3, 1, 2))
    dw = dfilters.reshape(HH, WW, C, F).transpose(3, 2, 0, 1)
    return dx, dw, upstream.sum(axis=(0, 2, 3))
    ### END SOLUTION


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization of pictures: one mean and one variance for each channel.

    They are taken over all pictures and all pixels, N * H * W numbers. With the right arrangement of x, this is
    your `batchnorm_forward`, running averages and all.

    Args:
        x: (N, C, H, W).
        gamma: scales, (C,).
        beta: shifts, (C,).
        bn_param: as for `batchnorm_forward`; running_mean and running_var are (C,).

    Returns:
        out: (N, C, H, W).
        cache: for `spatial_batchnorm_backward`, where the mode is "train".
    """
    # --- conv_layers.spatial_batchnorm_forward ---
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)  # (N * H * W, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache
    ### END SOLUTION


def spatial_batchnorm_backward(upstream, cache):
    """Backward pass of batch normalization of pictures.

    Args:
        upstream: gradient of the loss with respect to the output, (N, C, H, W).
        cache: from `spatial_batchnorm_forward` in training mode.

    Returns:
        dx: (N, C, H, W).
        dgamma: (C,).
        dbeta: (C,).
    """
    # --- conv_layers.spatial_batchnorm_backward ---
    ### BEGIN SOLUTION
    N, C, H, W = upstream.shape
    dx, dgamma, dbeta = batchnorm_backward_fast(upstream.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta
    ### END SOLUTION


def spatial_groupnorm_forward(x, gamma, beta, groups, gn_param):
    """Forward pass of group normalization (Wu and He, 2018).

    The channels are split, in their order, into equal groups: 0 ... C/groups - 1, and so on. In every picture by itself,
    the C/groups * H * W numbers of a group are standardized with their own mean and biased variance. Then each *channel*
    has a scale and a shift. There are no running averages, and training and test are the same.

    Args:
        x: (N, C, H, W).
        gamma: scales, (C,).
        beta: shifts, (C,).
        groups: number of groups; divides C.
        gn_param: a dict with eps, added to the variance, 1e-5 where it is missing.

    Returns:
        out: (N, C, H, W).
        cache: for `spatial_groupnorm_backward`.
    """
    eps = gn_param.get("eps", 1e-5)
    # --- conv_layers.spatial_groupnorm_forward ---
    ### BEGIN SOLUTION
    grouped = x.reshape(len(x), groups, -1)  # (N, groups, C / groups * H * W)
    inverse = 1 / np.sqrt(grouped.var(axis=2, keepdims=True) + eps)  # (N, groups, 1)
    x_hat = ((grouped - grouped.mean(axis=2, keepdims=True)) * inverse).reshape(x.shape)
    return gamma[:, None, None] * x_hat + beta[:, None, None], (gamma, groups, inverse, x_hat)
    ### END SOLUTION


def spatial_groupnorm_backward(upstream, cache):
    """Backward pass of group normalization.

    Args:
        upstream: gradient of the loss with respect to the output, (N, C, H, W).
        cache: from `spatial_groupnorm_forward`.

    Returns:
        dx: (N, C, H, W).
        dgamma: (C,).
        dbeta: (C,).
    """
    # --- conv_layers.spatial_groupnorm_backward ---
    ### BEGIN SOLUTION
    gamma, groups, inverse, x_hat = cache
    dbeta = upstream.sum(axis=(0, 2, 3))  # (C,)
    dgamma = (upstream * x_hat).sum(axis=(0, 2, 3))  # (C,)
    shape = (len(upstream), groups, -1)
    dx_hat, x_hat = (upstream * gamma[:, None, None]).reshape(shape), x_hat.reshape(shape)
    along = (dx_hat * x_hat).mean(axis=2, keepdims=True)  # (N, groups, 1)
    dx = inverse * (dx_hat - dx_hat.mean(axis=2, keepdims=True) - x_hat * along)
    return dx.reshape(upstream.shape), dgamma, dbeta
    ### END SOLUTION
