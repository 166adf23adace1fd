"""Sequence by sequence, letter by letter."""

import math

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.zeros_like(prev_h)
    for n in range(len(x)):
        next_h[n] = np.tanh(Wx @ x[n] + Wh @ prev_h[n] + b)
    return next_h, (x, prev_h, Wx, Wh, next_h.copy())


def rnn_step_backward(upstream, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dx, dprev_h = np.zeros_like(x), np.zeros_like(prev_h)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh), Wh.dtype)
    for n in range(len(x)):
        dz = upstream[n] * (1 - next_h[n] * next_h[n])
        dx[n] = Wx.T @ dz
        dprev_h[n] = Wh.T @ dz
        dWx += np.outer(dz, x[n])
        dWh += np.outer(dz, prev_h[n])
        db += dz
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, len(b)), x.dtype)
    caches = []
    prev = h0
    for t in range(T):
        prev, cache = rnn_step_forward(x[:, t, :], prev, Wx, Wh, b)
        h[:, t, :] = prev
        caches.append(cache)
    return h, caches


def rnn_backward(upstream, cache):
    N, T, H = upstream.shape
    x, _, Wx, Wh, _ = cache[0]
    dx = np.zeros((N, T, x.shape[1]), upstream.dtype)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H, upstream.dtype)
    dprev = np.zeros((N, H), upstream.dtype)
    for t in range(T - 1, -1, -1):
        dx_t, dprev, dWx_t, dWh_t, db_t = rnn_step_backward(upstream[:, t, :] + dprev, cache[t])
        dx[:, t, :] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev, dWx, dWh, db


def clip_gradients(grads, max_norm):
    total = 0.0
    for grad in grads.values():
        for value in grad.ravel():
            total += float(value) ** 2
    norm = math.sqrt(total)
    clipped = {}
    for name, grad in grads.items():
        clipped[name] = grad.copy()
        if norm > max_norm:
            clipped[name] *= max_norm / norm
    return clipped


def temperature_softmax(scores, temperature):
    flat = scores.reshape(-1, scores.shape[-1])
    out = np.zeros_like(flat)
    for i, row in enumerate(flat):
        e = np.exp((row - row.max()) / temperature)
        out[i] = e / e.sum()
    return out.reshape(scores.shape)


class CharRNN:
    def __init__(self, num_letters, hidden=64, *, rng):
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    def loss(self, X, y=None):
        Wx, Wh, b, Wy, by = self.params.values()
        N, T = X.shape
        V, H = Wy.shape
        inputs = np.zeros((N, T, V))
        for n in range(N):
            for t in range(T):
                inputs[n, t, X[n, t]] = 1
        h, cache = rnn_forward(inputs, np.zeros((N, H)), Wx, Wh, b)
        scores = np.zeros((N, T, V))
        for n in range(N):
            for t in range(T):
                scores[n, t] = Wy @ h[n, t] + by
        if y is None:
            return scores
        loss, dWy, dby, dh = 0.0, np.zeros_like(Wy), np.zeros_like(by), np.zeros_like(h)
        for n in range(N):
            for t in range(T):
                z = scores[n, t] - max(scores[n, t])
                loss += (math.log(sum(np.exp(z))) - z[y[n, t]]) / (N * T)
                d = np.exp(z) / sum(np.exp(z))
                d[y[n, t]] -= 1
                d /= N * T
                dWy += np.outer(d, h[n, t])
                dby += d
                dh[n, t] = Wy.T @ d
        _, _, dWx, dWh, db = rnn_backward(dh, cache)
        return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}

    def sample(self, first, length, temperature, rng):
        Wx, Wh, b, Wy, by = self.params.values()
        h = np.zeros((1, len(b)))
        letters, letter = [], first
        while len(letters) < length:
            x = np.zeros((1, len(by)))
            x[0, letter] = 1
            h, _ = rnn_step_forward(x, h, Wx, Wh, b)
            p = temperature_softmax((h @ Wy.T + by)[0], temperature)
            letter = rng.choice(np.arange(len(p)), p=p)
            letters.append(letter)
        return np.array(letters, dtype=int)
