"""Recursion through time, and multinomial draws."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    from_input = Wx @ x.T
    from_state = Wh @ prev_h.T
    next_h = np.tanh(from_input + from_state + b[:, None]).T
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(upstream, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = (upstream * (1 + next_h) * (1 - next_h)).T  # (H, N)
    return (Wx.T @ dz).T, (Wh.T @ dz).T, dz @ x, dz @ prev_h, dz.sum(axis=1)


def rnn_forward(x, h0, Wx, Wh, b):
    h, first = rnn_step_forward(x[:, 0], h0, Wx, Wh, b)
    if x.shape[1] == 1:
        return h[:, None], [first]
    later, rest = rnn_forward(x[:, 1:], h, Wx, Wh, b)
    return np.concatenate([h[:, None], later], axis=1), [first, *rest]


def rnn_backward(upstream, cache):
    if len(cache) == 1:
        dx, dh, *grads = rnn_step_backward(upstream[:, 0], cache[0])
        return (dx[:, None], dh, *grads)
    dx_later, dh, *later = rnn_backward(upstream[:, 1:], cache[1:])
    dx, dh, *grads = rnn_step_backward(upstream[:, 0] + dh, cache[0])
    total = [one + two for one, two in zip(grads, later)]
    return (np.concatenate([dx[:, None], dx_later], axis=1), dh, *total)


def clip_gradients(grads, max_norm):
    squares = [float((grad**2).sum()) for grad in grads.values()]
    norm = sum(squares) ** 0.5
    if norm <= max_norm:
        return dict(grads)
    return {name: grads[name] * (max_norm / norm) for name in grads}


def temperature_softmax(scores, temperature):
    top = np.expand_dims(scores.max(-1), -1)
    weights = np.exp((scores - top) / temperature)
    return weights / np.expand_dims(weights.sum(-1), -1)


def cross_entropy(scores, y):
    top = scores.max(axis=-1, keepdims=True)
    log_p = scores - top - np.log(np.exp(scores - top).sum(axis=-1, keepdims=True))
    one_hot = np.zeros_like(scores)
    np.put_along_axis(one_hot, y[..., None], 1.0, axis=-1)
    return -np.take_along_axis(log_p, y[..., None], axis=-1).mean(), (np.exp(log_p) - one_hot) / y.size


class CharRNN:
    def __init__(self, num_letters, hidden=64, *, rng):
        self.params = {
            "Wx": rng.standard_normal((hidden, num_letters)) / np.sqrt(hidden),
            "Wh": rng.standard_normal((hidden, hidden)) / np.sqrt(hidden),
            "b": np.zeros(hidden),
            "Wy": rng.standard_normal((num_letters, hidden)) / np.sqrt(hidden),
            "by": np.zeros(num_letters),
        }

    def run(self, X, h0):
        p = self.params
        inputs = np.eye(p["Wx"].shape[1])[X]
        h, cache = rnn_forward(inputs, h0, p["Wx"], p["Wh"], p["b"])
        return h, np.dot(h, p["Wy"].T) + p["by"], cache

    def loss(self, X, y=None):
        h, scores, cache = self.run(X, np.zeros((X.shape[0], self.params["b"].size)))
        if y is None:
            return scores
        loss, d = cross_entropy(scores, y)
        dWy = sum(d[:, t].T @ h[:, t] for t in range(X.shape[1]))
        dWx, dWh, db = rnn_backward(d @ self.params["Wy"], cache)[2:]
        return loss, dict(Wx=dWx, Wh=dWh, b=db, Wy=dWy, by=d.sum((0, 1)))

    def sample(self, first, length, temperature, rng):
        h = np.zeros((1, self.params["b"].size))
        letters, letter = np.empty(length, int), first
        for place in range(length):
            states, scores, _ = self.run(np.array([[letter]]), h)
            h = states[:, -1]
            p = temperature_softmax(scores[0, -1], temperature).astype(float)
            letter = int(rng.multinomial(1, p / p.sum()).argmax())
            letters[place] = letter
        return letters
