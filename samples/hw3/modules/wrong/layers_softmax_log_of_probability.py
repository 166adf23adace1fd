"""The log of a probability that may be zero."""
# must fail: layers.softmax_loss

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(len(x), -1)
    out = rows @ w.T + b
    return (out, (x, w))


def affine_backward(upstream, cache):
    x, w = cache
    dx = (upstream @ w).reshape(x.shape)
    dw = upstream.T @ x.reshape(len(x), -1)
    db = upstream.sum(axis=0)
    return (dx, dw, db)


def relu_forward(x):
    return (np.maximum(x, 0), x)


def relu_backward(upstream, cache):
    return upstream * (cache > 0)


def softmax_loss(x, y):
    N = len(x)
    probabilities = np.exp(x - x.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[np.arange(N), y]).mean()
    dx = probabilities.copy()
    dx[np.arange(N), y] -= 1
    return (loss, dx / N)


def svm_loss(x, y):
    N = len(x)
    examples = np.arange(N)
    margins = np.maximum(0, 1 + x - x[examples, y][:, None])
    margins[examples, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[examples, y] = -dx.sum(axis=1)
    return (float(margins.sum() / N), dx / N)
