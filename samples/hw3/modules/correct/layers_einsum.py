"""einsum, masks that multiply, one-hot labels."""

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(len(x), int(np.prod(x.shape[1:])))
    return np.einsum("nd,md->nm", rows, w) + b[None, :], {"rows": rows, "shape": x.shape, "w": w}


def affine_backward(upstream, cache):
    dx = np.einsum("nm,md->nd", upstream, cache["w"]).reshape(cache["shape"])
    return dx, np.einsum("nm,nd->md", upstream, cache["rows"]), np.einsum("nm->m", upstream)


def relu_forward(x):
    mask = x >= 0
    return x * mask, mask


def relu_backward(upstream, cache):
    return np.where(cache, upstream, np.zeros_like(upstream))


def softmax_loss(x, y):
    hot = np.eye(x.shape[1], dtype=x.dtype)[y]
    top = x.max(axis=1, keepdims=True)
    e = np.exp(x - top)
    total = e.sum(axis=1, keepdims=True)
    losses = np.log(total) + top - np.sum(x * hot, axis=1, keepdims=True)
    return float(losses.mean()), (e / total - hot) / len(x)


def svm_loss(x, y):
    hot = np.eye(x.shape[1], dtype=x.dtype)[y]
    gaps = (x - np.sum(x * hot, axis=1, keepdims=True) + 1) * (1 - hot)
    on = (gaps > 0).astype(x.dtype)
    return np.clip(gaps, 0, None).sum(axis=1).mean(), (on - hot * on.sum(axis=1, keepdims=True)) / len(x)
