"""Loops over the examples."""

import numpy as np


def affine_forward(x, w, b):
    out = np.stack([w.dot(example.ravel()) + b for example in x])
    return out, [x, w]


def affine_backward(upstream, cache):
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[0], dtype=w.dtype)
    for n in range(len(x)):
        dx[n] = w.T.dot(upstream[n]).reshape(x[n].shape)
        dw += np.outer(upstream[n], x[n].ravel())
        db += upstream[n]
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(upstream, cache):
    dx = upstream.copy()
    dx[cache < 0] = 0
    return dx


def softmax_loss(x, y):
    loss, dx = 0.0, np.empty_like(x)
    for n, (a, label) in enumerate(zip(x, y)):
        e = np.exp(a - a.max())
        loss += np.log(e.sum()) + a.max() - a[label]
        dx[n] = e / e.sum()
        dx[n, label] -= 1
    return loss / len(x), dx / len(x)


def svm_loss(x, y):
    loss, dx = 0.0, np.zeros_like(x)
    for n in range(len(x)):
        for j in range(x.shape[1]):
            gap = x[n, j] - x[n, y[n]] + 1
            if j != y[n] and gap > 0:
                loss += gap
                dx[n, j] += 1
                dx[n, y[n]] -= 1
    return loss / len(x), dx / len(x)
