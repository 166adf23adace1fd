"""The cache is a partial object that does the backward pass."""

from functools import partial

import numpy as np


def affine_slopes(x, w, upstream):
    yield np.tensordot(upstream, w, 1).reshape(x.shape)
    yield np.tensordot(upstream, x, (0, 0)).reshape(w.shape)
    yield np.einsum("nm->m", upstream)


def affine_forward(x, w, b):
    """Forward pass of the affine (fully connected) layer: every output is a weighted sum of all inputs plus a bias.

    Each example is flattened to a row of D = d1 * d2 * ... numbers first.

    Args:
        x: examples, (N, d1, d2, ...).
        w: weights, (M, D): one row for each output.
        b: biases, (M,).

    Returns:
        out: (N, M).
        cache: whatever `affine_backward` will need.
    """
    # --- layers.affine_forward ---
    rows = x.reshape(len(x), -1)  # (N, D)
    out = rows @ w.T + b  # (N, M)
    return out, partial(affine_slopes, x, w)


def affine_backward(upstream, cache):
    """Backward pass of the affine layer.

    Args:
        upstream: gradient of the loss with respect to the layer's output, (N, M).
        cache: from `affine_forward`.

    Returns:
        dx: gradient with respect to x, in x's own shape (N, d1, d2, ...).
        dw: gradient with respect to w, (M, D).
        db: gradient with respect to b, (M,).
    """
    # --- layers.affine_backward ---
    return [*cache(upstream)]


def relu_forward(x):
    """Forward pass of the rectified linear unit: max(0, x), entry by entry.

    Args:
        x: an array of any shape.

    Returns:
        out: of x's shape.
        cache: whatever `relu_backward` will need.
    """
    # --- layers.relu_forward ---
    return np.where(x > 0, x, x.dtype.type(0)), partial(np.multiply, np.sign(np.maximum(x, 0)))


def relu_backward(upstream, cache):
    """Backward pass of the rectified linear unit. Where x is exactly zero, 0 and 1 are both right as its slope.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `relu_forward`.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.relu_backward ---
    return cache(upstream)


def softmax_loss(x, y):
    """The softmax (cross-entropy) loss, the mean over the examples, and its gradient.

    It must stay finite and exact for scores as large as 10,000.

    Args:
        x: scores, (N, C).
        y: labels, (N,) integers 0 ... C-1.

    Returns:
        loss: one number.
        dx: gradient of the loss with respect to x, (N, C).
    """
    # --- layers.softmax_loss ---
    N = len(x)
    examples = np.arange(N)
    shifted = x - x.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    normalizers = exponentials.sum(axis=1, keepdims=True)  # (N, 1)
    loss = np.mean(np.log(normalizers[:, 0]) - shifted[examples, y])
    dx = exponentials / normalizers  # (N, C)
    dx[examples, y] -= 1
    return float(loss), dx / N


def svm_loss(x, y):
    """The multiclass support vector machine (hinge) loss with margin 1, the mean over the examples, and its gradient.

    An example with scores s and label y costs the sum over all j other than y of max(0, 1 + s_j - s_y).

    Args:
        x: scores, (N, C).
        y: labels, (N,) integers 0 ... C-1.

    Returns:
        loss: one number.
        dx: gradient of the loss with respect to x, (N, C).
    """
    # --- layers.svm_loss ---
    N = len(x)
    examples = np.arange(N)
    margins = np.maximum(0, 1 + x - x[examples, y][:, None])  # (N, C)
    margins[examples, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[examples, y] = -dx.sum(axis=1)
    return float(margins.sum() / N), dx / N
