"""Fans from a cache, outputs by accumulate, statistics as tuples of zero-dimensional arrays, gradients from a tape."""

import itertools
import math
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=None)
def fans(shape):
    return np.array([math.prod(shape[1:]), math.prod((shape[0], *shape[2:]))])


def small_normal(shape, std, rng):
    return rng.normal(0.0, std, math.prod(shape)).reshape(shape, order="F")


def xavier_normal(shape, rng):
    return np.float32(small_normal(shape, 1 / math.sqrt(fans(shape).mean()), rng))


def xavier_uniform(shape, rng):
    b = math.sqrt(3 / fans(shape).mean())
    return np.subtract(2 * b * rng.random(size=shape), b)


def he_normal(shape, rng):
    weights = np.empty(shape)
    for row in weights:
        row[...] = rng.standard_normal(row.shape) * (2 / fans(shape)[0]) ** 0.5
    return weights


def layer(nonlinearity):
    return np.tanh if nonlinearity == "tanh" else lambda z: z.clip(0)


def activations(weights, x, nonlinearity):
    f = layer(nonlinearity)
    return tuple(itertools.accumulate(weights, lambda h, W: f(np.dot(h, W.T)), initial=x))[1:]


def statistics(arrays):
    return tuple(np.asarray(a.mean()) for a in arrays), tuple(np.asarray(a.std()) for a in arrays)


def activation_statistics(weights, x, nonlinearity):
    return statistics(activations(weights, x, nonlinearity))


def gradients(weights, x, upstream, nonlinearity):
    tape, h = [], x
    for W in weights:
        below, h = h, layer(nonlinearity)(h @ W.T)
        slope = np.heaviside(h, h.dtype.type(0)) if nonlinearity == "relu" else (1 + h) * (1 - h)
        tape.append((W, below, slope))
    dhs, dWs = [upstream], []
    while tape:
        W, below, slope = tape.pop()
        dz = slope * dhs[0]
        dWs.insert(0, np.einsum("no,ni->oi", dz, below))
        dhs.insert(0, dz @ W)
    return dhs[1:], dWs


def gradient_statistics(weights, x, upstream, nonlinearity):
    dhs, dWs = gradients(weights, x, upstream, nonlinearity)
    return [*statistics(dhs), *statistics(dWs)]


def orthogonal(shape, rng):
    U, _, Vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return U @ Vt


def lsuv(weights, x, nonlinearity):
    scaled, h = [], x
    for W in weights:
        W = W.copy()
        for _ in range(3):
            W /= (h @ W.T).std()
        scaled.append(W)
        h = activations([W], h, nonlinearity)[0]
    return scaled
