"""One matrix for input and state side by side, and arrays made beforehand."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    both = np.hstack([x, prev_h])
    W = np.hstack([Wx, Wh])
    next_h = np.tanh(both @ W.T + b)
    return next_h, {"both": both, "W": W, "next_h": next_h, "D": x.shape[1]}


def rnn_step_backward(upstream, cache):
    D = cache["D"]
    dz = upstream - upstream * cache["next_h"] ** 2
    dboth, dW = dz @ cache["W"], dz.T @ cache["both"]
    return dboth[:, :D], dboth[:, D:], dW[:, :D], dW[:, D:], np.sum(dz, axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.empty((N, T + 1, h0.shape[1]), dtype=x.dtype)
    h[:, 0] = h0
    for t in range(T):
        h[:, t + 1] = np.tanh(x[:, t] @ Wx.T + h[:, t] @ Wh.T + b)
    return h[:, 1:], (x, h, Wx, Wh)


def rnn_backward(upstream, cache):
    x, h, Wx, Wh = cache
    T = x.shape[1]
    dz = np.zeros_like(upstream)
    flow = np.zeros_like(upstream[:, 0])
    for t in range(T)[::-1]:
        dz[:, t] = (upstream[:, t] + flow) * (1 - h[:, t + 1] ** 2)
        flow = dz[:, t] @ Wh
    flat = dz.reshape(-1, dz.shape[2])
    dWx = flat.T @ x.reshape(-1, x.shape[2])
    dWh = flat.T @ h[:, :-1].reshape(-1, h.shape[2])
    return dz @ Wx, flow, dWx, dWh, flat.sum(0)


def clip_gradients(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(grad) for grad in grads.values()])
    if norm > max_norm:
        return {name: max_norm * grad / norm for name, grad in grads.items()} if norm.dtype == np.float32 else {
            name: (grad * float(max_norm / norm)) for name, grad in grads.items()
        }
    return {name: np.array(grad) for name, grad in grads.items()}


def temperature_softmax(scores, temperature):
    z = scores / temperature
    z = z - np.max(z, axis=-1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


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
        p = self.params
        N, T = X.shape
        V, H = p["Wy"].shape
        inputs = np.zeros((N * T, V))
        inputs[np.arange(N * T), X.reshape(-1)] = 1
        h, cache = rnn_forward(inputs.reshape(N, T, V), np.zeros((N, H)), p["Wx"], p["Wh"], p["b"])
        flat_h = h.reshape(N * T, H)
        scores = flat_h @ p["Wy"].T + p["by"]
        if y is None:
            return scores.reshape(N, T, V)
        labels, rows = y.reshape(-1), np.arange(N * T)
        scores = scores - scores.max(axis=1, keepdims=True)
        log_sums = np.log(np.exp(scores).sum(axis=1))
        loss = np.mean(log_sums - scores[rows, labels])
        d = np.exp(scores - log_sums[:, None])
        d[rows, labels] -= 1
        d /= N * T
        _, _, dWx, dWh, db = rnn_backward((d @ p["Wy"]).reshape(N, T, H), cache)
        return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": d.T @ flat_h, "by": d.sum(axis=0)}

    def sample(self, first, length, temperature, rng):
        p = self.params
        h = np.zeros(len(p["b"]))
        letters = np.zeros(length, dtype=np.int64)
        letter = first
        for place in range(length):
            h = np.tanh(p["Wx"][:, letter] + p["Wh"] @ h + p["b"])
            probabilities = temperature_softmax(p["Wy"] @ h + p["by"], temperature)
            letter = np.searchsorted(np.cumsum(probabilities)[:-1], rng.random(), side="right")
            letters[place] = letter
        return letters
