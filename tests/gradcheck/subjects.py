"""Layers and losses, right and wrong, that the gradient checker is tried on."""

import numpy as np

from labkit.gradcheck import check_layer


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w.T + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w).reshape(x.shape), dout.T @ x.reshape(len(x), -1), dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, x):
    return dout * (x > 0)


def batchnorm_forward(x, gamma, beta, settings):
    mean, var = x.mean(axis=0), x.var(axis=0)
    scale = 1 / np.sqrt(var + settings["eps"])
    normalized = (x - mean) * scale
    return gamma * normalized + beta, (normalized, gamma, scale)


def batchnorm_backward(dout, cache):
    normalized, gamma, scale = cache
    inner = dout * gamma
    dx = scale * (inner - inner.mean(axis=0) - normalized * (inner * normalized).mean(axis=0))
    return dx, (dout * normalized).sum(axis=0), dout.sum(axis=0)


def softmax(W, b, X, y, reg=0.0):
    """Loss, dW, db of the mean cross-entropy plus ½·reg·‖W‖²."""
    scores = X @ W.T + b
    scores = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    half = W.dtype.type(0.5 * reg)
    loss = -np.log(p[rows, y]).mean() + half * (W * W).sum()
    p[rows, y] -= 1
    p /= W.dtype.type(len(y))
    return loss, p.T @ X + 2 * half * W, p.sum(axis=0)


def two_layer(params, X, y, reg=0.0):
    """Loss and gradients of a ReLU net with one hidden layer."""
    hidden, h_cache = affine_forward(X, params["W1"], params["b1"])
    active, r_cache = relu_forward(hidden)
    loss, dW2, db2 = softmax(params["W2"], params["b2"], active, y, reg)
    scores = active @ params["W2"].T + params["b2"]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    _, dW1, db1 = affine_backward(relu_backward(p / len(y) @ params["W2"], r_cache), h_cache)
    loss += 0.5 * reg * (params["W1"] ** 2).sum()
    return loss, {"W1": dW1 + reg * params["W1"], "b1": db1, "W2": dW2, "b2": db2}


def generator(seed=0):
    return np.random.default_rng(seed)


def affine_inputs(n=4, d=6, m=5, seed=0, dtype=float):
    rng = generator(seed)
    values = {"x": (n, d), "w": (m, d), "b": (m,)}
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in values.items()}


def batchnorm_inputs(n=8, d=3, seed=0, dtype=float, spread=1.0):
    rng = generator(seed)
    x, gamma, beta = rng.standard_normal((n, d)) * spread, rng.standard_normal(d), rng.standard_normal(d)
    return {
        "x": x.astype(dtype),
        "gamma": gamma.astype(dtype),
        "beta": beta.astype(dtype),
        "settings": {"eps": 1e-5},
    }


def check_affine(backward, forward=affine_forward, **options):
    return check_layer(forward, backward, options.pop("inputs", affine_inputs()), rng=generator(1), **options)
