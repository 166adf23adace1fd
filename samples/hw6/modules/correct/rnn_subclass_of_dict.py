"""Cells that are objects, caches that are the cells, and gradients in a class of their own."""

import math
from types import MappingProxyType

import numpy as np


class Cell:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.tape = []

    def __call__(self, x, h):
        new = np.tanh(np.hstack([x, h]) @ np.hstack([self.Wx, self.Wh]).T + self.b)
        self.tape.append((x, h, new))
        return new

    def back(self, upstream, t=-1):
        x, old, new = self.tape[t]
        dz = upstream * (1 - new) * (1 + new)
        both = dz @ np.concatenate((self.Wx, self.Wh), axis=1)
        D = self.Wx.shape[1]
        return both[:, :D], both[:, D:], np.einsum("ni,nj->ij", dz, x), np.einsum("ni,nj->ij", dz, old), dz.sum(axis=0)


class Gradients(dict):
    """A dictionary whose entries add up."""

    def add(self, **more):
        for name, value in more.items():
            self[name] = self[name] + value if name in self else value
        return self


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    cell = Cell(Wx, Wh, b)
    return cell(x, prev_h), cell


def rnn_step_backward(upstream, cache):
    return cache.back(upstream)


def rnn_forward(x, h0, Wx, Wh, b):
    cell, h = Cell(Wx, Wh, b), h0
    out = np.ndarray((x.shape[1], *h0.shape), dtype=h0.dtype)
    for t, now in enumerate(np.rollaxis(x, 1)):
        h = out[t] = cell(now, h)
    return np.rollaxis(out, 1), cell


def rnn_backward(upstream, cache):
    total, dh, dx = Gradients(), 0, []
    for t in range(len(cache.tape))[::-1]:
        d, dh, dWx, dWh, db = cache.back(upstream[:, t, :] + dh, t)
        dx = [d] + dx
        total.add(Wx=dWx, Wh=dWh, b=db)
    return np.dstack(dx).transpose(0, 2, 1), dh, total["Wx"], total["Wh"], total["b"]


def clip_gradients(grads, max_norm):
    norm = math.hypot(*(math.sqrt(float((grad.astype(float) ** 2).sum())) for grad in grads.values()))
    factor = max_norm / max(norm, max_norm)
    return Gradients().add(**{name: grad * grad.dtype.type(factor) for name, grad in grads.items()})


def temperature_softmax(scores, temperature):
    hot = scores / np.full(np.shape(scores)[-1], temperature)
    hot -= hot.max(axis=-1, keepdims=True)
    odds = np.exp(hot)
    return np.divide(odds, odds.sum(axis=-1, keepdims=True))


class CharRNN:
    def __init__(self, num_letters, hidden=64, *, rng):
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    @property
    def V(self):
        return self.params["by"].shape[0]

    @property
    def H(self):
        return self.params["b"].shape[0]

    def __call__(self, X):
        cell = Cell(*(self.params[name] for name in ("Wx", "Wh", "b")))
        h, scores = np.zeros((X.shape[0], self.H)), []
        for letters in X.T:
            h = cell((letters[:, None] == np.arange(self.V)) * 1.0, h)
            scores += [h @ self.params["Wy"].T + self.params["by"]]
        return cell, np.stack(scores, 1)

    def loss(self, X, y=None):
        cell, scores = self(X)
        if y is None:
            return scores
        total, grads, dh = 0.0, Gradients(), np.zeros((X.shape[0], self.H))
        for t in range(X.shape[1] - 1, -1, -1):
            s = scores[:, t] - scores[:, t].max(axis=1)[:, None]
            logp = s - np.log(np.sum(np.exp(s), axis=1))[:, None]
            right = np.arange(self.V) == y[:, t, None]
            total -= logp[right].sum()
            d = (np.exp(logp) - right) / X.size
            _, dh, dWx, dWh, db = cell.back(d @ self.params["Wy"] + dh, t)
            grads.add(Wx=dWx, Wh=dWh, b=db, Wy=d.T @ cell.tape[t][2], by=d.sum(0))
        return np.float64(total / X.size), MappingProxyType(grads)

    def sample(self, first, length, temperature, rng):
        cell = Cell(*(self.params[name] for name in ("Wx", "Wh", "b")))
        h, letter, drawn = np.zeros((1, self.H)), first, np.array([], dtype=int)
        for _ in range(length):
            h = cell(np.eye(1, self.V, letter), h)
            p = temperature_softmax((h @ self.params["Wy"].T + self.params["by"]).squeeze(0), temperature)
            letter = int(np.argmax(np.cumsum(p) > rng.uniform()))
            drawn = np.append(drawn, letter)
        return drawn
