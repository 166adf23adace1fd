"""What goes back from step to step is clipped to 5."""
# must fail: rnn.backward

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx.T + prev_h @ Wh.T + b)
    return (next_h, (x, prev_h, Wx, Wh, next_h))


def rnn_step_backward(upstream, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = upstream * (1 - next_h**2)
    return (dz @ Wx, dz @ Wh, dz.T @ x, dz.T @ prev_h, dz.sum(axis=0))


def rnn_forward(x, h0, Wx, Wh, b):
    h, states, caches = (h0, [], [])
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return (np.stack(states, axis=1), caches)


def rnn_backward(upstream, cache):
    dh, dxs, totals = (np.zeros_like(upstream[:, 0]), [], None)
    for t in reversed(range(upstream.shape[1])):
        dx, dh, *grads = rnn_step_backward(upstream[:, t] + dh, cache[t])
        dh = np.clip(dh, -5, 5)
        dxs.append(dx)
        totals = (
            grads if totals is None else [total + grad for total, grad in zip(totals, grads, strict=True)]
        )
    return (np.stack(dxs[::-1], axis=1), dh, *totals)


def clip_gradients(grads, max_norm):
    norm = float(np.sqrt(sum((np.sum(grad**2) for grad in grads.values()))))
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return {name: grad * factor for name, grad in grads.items()}


def temperature_softmax(scores, temperature):
    scaled = scores / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


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
        Wx, Wh, b, Wy, by = (self.params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
        inputs = np.eye(len(by), dtype=Wx.dtype)[X]
        h, cache = rnn_forward(inputs, np.zeros((len(X), len(b)), dtype=Wx.dtype), Wx, Wh, b)
        scores = h @ Wy.T + by
        if y is None:
            return scores
        right = np.eye(len(by), dtype=Wx.dtype)[y]
        shifted = scores - scores.max(axis=-1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        dscores = (np.exp(log_p) - right) / y.size
        _, _, dWx, dWh, db = rnn_backward(dscores @ Wy, cache)
        dWy = np.tensordot(dscores, h, axes=([0, 1], [0, 1]))
        grads = {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dscores.sum(axis=(0, 1))}
        return (-(right * log_p).sum() / y.size, grads)

    def sample(self, first, length, temperature, rng):
        Wx, Wh, b, Wy, by = (self.params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
        one_hot, h, letter, drawn = (np.eye(len(by)), np.zeros((1, len(b))), first, [])
        for _ in range(length):
            h, _ = rnn_step_forward(one_hot[letter][None], h, Wx, Wh, b)
            letter = int(rng.choice(len(by), p=temperature_softmax(Wy @ h[0] + by, temperature)))
            drawn.append(letter)
        return np.array(drawn)
