"""The cache is a function that goes back; accumulate runs through time; what leaves is read-only or Fortran-ordered."""

from functools import lru_cache, partial, wraps
from itertools import accumulate

import numpy as np

EPSILON_FREE = True


def frozen(function):
    """Results that nobody can write into."""

    @wraps(function)
    def made(*args, **kwargs):
        results = function(*args, **kwargs)
        for result in results:
            if isinstance(result, np.ndarray):
                result.flags.writeable = False
        return results

    return made


@lru_cache(maxsize=None)
def letters(V):
    table = np.eye(V)
    table.flags.writeable = False
    return table


def _back(x, old, new, Wx, Wh, upstream):
    assert upstream.shape == new.shape, (upstream.shape, new.shape)
    dz = np.multiply(upstream, np.subtract(1, np.square(new)), order="F")
    return np.asfortranarray(dz @ Wx), dz @ Wh, np.asfortranarray(dz.T @ x), (old.T @ dz).T, dz.sum(axis=0)


@frozen
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    assert x.dtype == Wx.dtype == prev_h.dtype, "mixed precision"
    new = np.tanh((Wx @ x.T + Wh @ prev_h.T + b[:, None]).T)
    return new, partial(_back, x, prev_h, new, Wx, Wh)


@frozen
def rnn_step_backward(upstream, cache):
    return cache(upstream)


@frozen
def rnn_forward(x, h0, Wx, Wh, b):
    def forward(pair, one):
        return rnn_step_forward(one, pair[0], Wx, Wh, b)

    _, *pairs = accumulate(x.swapaxes(0, 1), forward, initial=(h0, None))
    states, backs = zip(*pairs)

    def back(upstream):
        dh, dx, totals = np.zeros_like(h0), [], [np.zeros_like(a) for a in (Wx, Wh, b)]
        for one, step in zip(upstream.swapaxes(0, 1)[::-1], backs[::-1]):
            first, dh, *rest = step(one + dh)
            dx.append(first)
            for total, gradient in zip(totals, rest):
                total += gradient
        return np.array(dx)[::-1].swapaxes(0, 1), dh, *totals

    return np.array(states).swapaxes(0, 1), back


@frozen
def rnn_backward(upstream, cache):
    return list(cache(upstream))


def clip_gradients(grads, max_norm):
    norm = np.sqrt(sum(np.vdot(grad, grad) for grad in grads.values()))
    if norm > max_norm:
        return {k: np.divide(v, norm / max_norm) for k, v in grads.items()}
    return {k: v.copy() for k, v in grads.items()}


def temperature_softmax(scores, temperature):
    with np.errstate(under="ignore"):
        e = np.exp(np.subtract(scores, np.amax(scores, axis=-1, keepdims=True)) / temperature)
        return e / np.sum(e, axis=-1, keepdims=True)


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
        Wx, Wh, b, Wy, by = map(self.params.get, ("Wx", "Wh", "b", "Wy", "by"))
        N, T = X.shape
        h, back = rnn_forward(np.take(letters(len(by)), X, axis=0), np.zeros((N, len(b))), Wx, Wh, b)
        rows = h.reshape(N * T, -1)
        scores = rows @ Wy.T + by
        if y is None:
            return scores.reshape(N, T, -1)
        place = np.arange(N * T), y.reshape(-1)
        p = temperature_softmax(scores, 1)
        shifted = scores - scores.max(axis=1, keepdims=True)
        loss = np.average(np.log(np.exp(shifted).sum(axis=1)) - shifted[place])
        p[place] -= 1.0
        p *= 1 / (N * T)
        upstream = (p @ Wy).reshape(h.shape)
        grads = dict(zip(("Wx", "Wh", "b"), back(upstream)[2:]))
        grads.update(Wy=p.T @ rows, by=np.ones(N * T) @ p)
        return float(loss), grads

    def _write(self, letter, temperature, rng):
        Wx, Wh, b, Wy, by = map(self.params.get, ("Wx", "Wh", "b", "Wy", "by"))
        h = np.zeros_like(b)
        while True:
            h = np.tanh(Wx[:, letter] + Wh @ h + b)
            letter = rng.choice(by.size, p=temperature_softmax(Wy @ h + by, temperature))
            yield letter

    def sample(self, first, length, temperature, rng):
        return np.fromiter(self._write(first, temperature, rng), dtype=np.int32, count=length)
