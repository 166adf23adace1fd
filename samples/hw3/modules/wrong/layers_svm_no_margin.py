"""No margin."""

# must fail: layers.svm_loss

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    return np.dot(rows, w.T) + b, (x, w, b)


def affine_backward(upstream, cache):
    x, w, b = cache
    dx = np.dot(upstream, w).reshape(x.shape)
    dw = np.dot(upstream.T, x.reshape(x.shape[0], -1))
    db = np.sum(upstream, axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(upstream, cache):
    dx = upstream.copy()
    dx[cache < 0] = 0
    return dx


def softmax_loss(x, y):
    N = x.shape[0]
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    dx[np.arange(N), y] -= 1
    return -np.sum(log_p[np.arange(N), y]) / N, dx / N


def svm_loss(x, y):
    N = x.shape[0]
    right = x[np.arange(N), y][:, np.newaxis]
    margins = np.maximum(0, x - right)
    margins[np.arange(N), y] = 0
    dx = np.where(margins > 0, 1, 0).astype(x.dtype)
    dx[np.arange(N), y] -= dx.sum(axis=1)
    return np.sum(margins) / N, dx / N
