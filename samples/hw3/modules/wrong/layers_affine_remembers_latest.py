"""backward reads the latest x of the module, not its own cache's."""

# must fail: layers.affine_backward

import numpy as np
LAST = {}

def affine_forward(x, w, b):
    LAST['x'] = x
    return (x.reshape(len(x), -1) @ w.T + b, w)

def affine_backward(upstream, cache):
    x, w = (LAST['x'], cache)
    return ((upstream @ w).reshape(x.shape), upstream.T @ x.reshape(len(x), -1), upstream.sum(axis=0))

def relu_forward(x):
    return (np.maximum(x, 0), x)

def relu_backward(upstream, cache):
    return upstream * (cache > 0)

def softmax_loss(x, y):
    N = len(x)
    examples = np.arange(N)
    shifted = x - x.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    normalizers = exponentials.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(normalizers[:, 0]) - shifted[examples, y])
    dx = exponentials / normalizers
    dx[examples, y] -= 1
    return (float(loss), dx / N)

def svm_loss(x, y):
    N = len(x)
    examples = np.arange(N)
    margins = np.maximum(0, 1 + x - x[examples, y][:, None])
    margins[examples, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[examples, y] = -dx.sum(axis=1)
    return (float(margins.sum() / N), dx / N)
