"""Statistics are rows (1, D), the running ones too, and arrays of ones are in float64."""

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


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(mode)
    eps, momentum = (bn_param.get("eps", 1e-05), bn_param.get("momentum", 0.9))
    mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    if mode == "test":
        return (gamma * ((x - mean) / np.sqrt(var + eps)) + beta, None)
    mu = np.mean(x, axis=0, keepdims=True)
    variance = np.var(x, axis=0, keepdims=True)
    bn_param["running_mean"] = momentum * mean + (1 - momentum) * mu
    bn_param["running_var"] = momentum * var + (1 - momentum) * variance
    x_hat = (x - mu) / np.sqrt(variance + eps)
    return (
        gamma * x_hat + beta,
        {"x_hat": x_hat, "root": np.sqrt(variance + eps), "gamma": gamma, "centred": x - mu},
    )


def batchnorm_backward(upstream, cache):
    N, D = upstream.shape
    dx_hat = cache["gamma"] * upstream
    dvar = -0.5 * np.sum(dx_hat * cache["centred"], axis=0) / cache["root"] ** 3
    dcentred = dx_hat / cache["root"] + 2 / N * np.ones((N, D)) * dvar * cache["centred"]
    dmu = -np.sum(dcentred, axis=0)
    return (
        dcentred + 1 / N * np.ones((N, D)) * dmu,
        np.sum(upstream * cache["x_hat"], axis=0),
        np.sum(upstream, axis=0),
    )


def batchnorm_backward_fast(upstream, cache):
    g, x_hat = (cache["gamma"] * upstream, cache["x_hat"])
    dx = (g - np.mean(g, axis=0) - x_hat * np.mean(g * x_hat, axis=0)) / cache["root"]
    return (dx, np.sum(upstream * x_hat, axis=0), np.sum(upstream, axis=0))


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-05)
    mu = x.mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mu) * inverse
    return (gamma * x_hat + beta, (gamma, inverse, x_hat))


def layernorm_backward(upstream, cache):
    gamma, inverse, x_hat = cache
    dbeta = upstream.sum(axis=0)
    dgamma = (upstream * x_hat).sum(axis=0)
    dx_hat = upstream * gamma
    along = (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = inverse * (dx_hat - dx_hat.mean(axis=1, keepdims=True) - x_hat * along)
    return (dx, dgamma, dbeta)


def dropout_forward(x, dropout_param):
    p, mode = (dropout_param["p"], dropout_param["mode"])
    if mode not in ("train", "test"):
        raise ValueError(f'mode must be "train" or "test", not {mode!r}')
    if mode == "test":
        return (x, None)
    mask = (dropout_param["rng"].random(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return (x * mask, mask)


def dropout_backward(upstream, cache):
    return upstream if cache is None else upstream * cache
