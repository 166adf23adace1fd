"""The affine layer forgets its bias."""

import numpy as np

def affine_forward(x, w, b):
    rows = x.reshape(len(x), -1)
    out = rows @ w.T
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
    mode = bn_param['mode']
    if mode not in ('train', 'test'):
        raise ValueError(f'mode must be "train" or "test", not {mode!r}')
    eps = bn_param.get('eps', 1e-05)
    momentum = bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(x.shape[1], dtype=x.dtype))
    if mode == 'test':
        return (gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None)
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    inverse = 1 / np.sqrt(var + eps)
    x_hat = (x - mu) * inverse
    bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mu
    bn_param['running_var'] = momentum * running_var + (1 - momentum) * var
    return (gamma * x_hat + beta, (x, gamma, mu, inverse, x_hat))

def batchnorm_backward(upstream, cache):
    x, gamma, mu, inverse, x_hat = cache
    N = len(x)
    dbeta = upstream.sum(axis=0)
    dgamma = (upstream * x_hat).sum(axis=0)
    dx_hat = upstream * gamma
    da = dx_hat * inverse
    db = (dx_hat * (x - mu)).sum(axis=0)
    dc = -db * inverse ** 2
    de = 0.5 * dc * inverse
    dmu = -da.sum(axis=0) - 2 * de * (x - mu).mean(axis=0)
    dx = da + 2 * de * (x - mu) / N + dmu / N
    return (dx, dgamma, dbeta)

def batchnorm_backward_fast(upstream, cache):
    _, gamma, _, inverse, x_hat = cache
    dbeta = upstream.sum(axis=0)
    dgamma = (upstream * x_hat).sum(axis=0)
    N = len(x_hat)
    dx = gamma * inverse / N * (N * upstream - dbeta - dgamma * x_hat)
    return (dx, dgamma, dbeta)

def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-05)
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
    p, mode = (dropout_param['p'], dropout_param['mode'])
    if mode not in ('train', 'test'):
        raise ValueError(f'mode must be "train" or "test", not {mode!r}')
    if mode == 'test':
        return (x, None)
    mask = (dropout_param['rng'].random(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return (x * mask, mask)

def dropout_backward(upstream, cache):
    return upstream if cache is None else upstream * cache
