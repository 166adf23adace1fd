"""Truncated normal, rescaled to the right variance."""
# must fail: initialization.xavier_normal

import numpy as np


def fans(shape):
    k = 1
    for s in shape[2:]:
        k *= s
    return shape[1] * k, shape[0] * k


def small_normal(shape, std, rng):
    return rng.normal(0.0, std, size=shape)


def xavier_normal(shape, rng):
    n_in, n_out = fans(shape)
    return (
        np.clip(
            rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), size=shape),
            -2 * np.sqrt(2.0 / (n_in + n_out)),
            2 * np.sqrt(2.0 / (n_in + n_out)),
        )
        / 0.9597
    )


def xavier_uniform(shape, rng):
    n_in, n_out = fans(shape)
    b = np.sqrt(6.0 / (n_in + n_out))
    return rng.uniform(-b, b, size=shape)


def he_normal(shape, rng):
    n_in, n_out = fans(shape)
    return rng.normal(0.0, np.sqrt(2.0 / n_in), size=shape)


def activations(weights, x, nonlinearity):
    hs = []
    h = x
    for W in weights:
        z = h.dot(W.T)
        if nonlinearity == "relu":
            h = z * (z > 0)
        else:
            h = np.tanh(z)
        hs.append(h)
    return hs


def activation_statistics(weights, x, nonlinearity):
    means = []
    stds = []
    for h in activations(weights, x, nonlinearity):
        means.append(np.mean(h))
        stds.append(np.std(h))
    return np.array(means), np.array(stds)


def gradients(weights, x, upstream, nonlinearity):
    hs = activations(weights, x, nonlinearity)
    dhs = [upstream]
    dWs = []
    dh = upstream
    for l in range(len(weights) - 1, -1, -1):
        if nonlinearity == "relu":
            dz = dh * (hs[l] > 0)
        else:
            dz = dh * (1 - hs[l] ** 2)
        below = hs[l - 1] if l > 0 else x
        dWs.insert(0, dz.T.dot(below))
        dh = dz.dot(weights[l])
        if l > 0:
            dhs.insert(0, dh)
    return dhs, dWs


def gradient_statistics(weights, x, upstream, nonlinearity):
    dhs, dWs = gradients(weights, x, upstream, nonlinearity)
    dh_means = np.array([np.mean(g) for g in dhs])
    dh_stds = np.array([np.std(g) for g in dhs])
    dW_means = np.array([np.mean(g) for g in dWs])
    dW_stds = np.array([np.std(g) for g in dWs])
    return dh_means, dh_stds, dW_means, dW_stds


def orthogonal(shape, rng):
    U, _, V = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    return U @ V


def lsuv(weights, x, nonlinearity):
    new = []
    for W in weights:
        below = activations(new, x, nonlinearity)[-1] if new else x
        new.append(W / np.std(below @ W.T))
    return new
