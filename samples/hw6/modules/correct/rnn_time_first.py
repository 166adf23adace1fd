"""Time first inside, picked columns instead of one-hot rows, and Gumbel noise to draw letters."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = np.einsum("nd,hd->nh", x, Wx) + np.einsum("nk,hk->nh", prev_h, Wh) + b
    return np.tanh(z), (x, prev_h, Wx, Wh, z)


def rnn_step_backward(upstream, cache):
    x, prev_h, Wx, Wh, z = cache
    dz = upstream * (1 - np.tanh(z) ** 2)
    return (
        np.einsum("nh,hd->nd", dz, Wx),
        np.einsum("nh,hk->nk", dz, Wh),
        np.einsum("nh,nd->hd", dz, x),
        np.einsum("nh,nk->hk", dz, prev_h),
        np.einsum("nh->h", dz),
    )


def rnn_forward(x, h0, Wx, Wh, b):
    hs, caches = [h0], []
    for x_t in x.transpose(1, 0, 2):
        h, cache = rnn_step_forward(x_t, hs[-1], Wx, Wh, b)
        hs += [h]
        caches += [cache]
    return np.array(hs[1:]).transpose(1, 0, 2), tuple(caches)


def rnn_backward(upstream, cache):
    T = len(cache)
    steps = [None] * T
    dh = 0
    for t in range(T - 1, -1, -1):
        steps[t] = rnn_step_backward(upstream[:, t] + dh, cache[t])
        dh = steps[t][1]
    dx = np.swapaxes(np.array([step[0] for step in steps]), 0, 1)
    return dx, dh, sum(step[2] for step in steps), sum(step[3] for step in steps), sum(step[4] for step in steps)


def clip_gradients(grads, max_norm):
    everything = np.concatenate([np.ravel(grad) for grad in grads.values()])
    norm = float(np.sqrt(everything @ everything))
    scale = min(1.0, max_norm / (norm + 1e-12))
    return dict((name, scale * grad) for name, grad in grads.items())


def temperature_softmax(scores, temperature):
    scores = np.asarray(scores) / temperature
    return np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))


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
        N, T = X.shape
        hs = [np.zeros((N, len(b)))]
        for t in range(T):
            hs.append(np.tanh(Wx.T[X[:, t]] + hs[-1] @ Wh.T + b))
        scores = np.stack([h @ Wy.T + by for h in hs[1:]], axis=1)
        if y is None:
            return scores
        log_p = scores - np.logaddexp.reduce(scores, axis=2, keepdims=True)
        n, t = np.indices(y.shape)
        loss = -log_p[n, t, y].mean()
        d = np.exp(log_p)
        d[n, t, y] -= 1.0
        d = d / (N * T)
        grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        flow = np.zeros((N, len(b)))
        for t in reversed(range(T)):
            grads["Wy"] += d[:, t].T @ hs[t + 1]
            grads["by"] += d[:, t].sum(axis=0)
            dz = (d[:, t] @ Wy + flow) * (1 - hs[t + 1] ** 2)
            np.add.at(grads["Wx"].T, X[:, t], dz)
            grads["Wh"] += dz.T @ hs[t]
            grads["b"] += dz.sum(axis=0)
            flow = dz @ Wh
        return loss, grads

    def sample(self, first, length, temperature, rng):
        Wx, Wh, b, Wy, by = (self.params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
        h, letters = np.zeros(len(b)), [first]
        for _ in range(length):
            h = np.tanh(Wx[:, letters[-1]] + Wh @ h + b)
            scores = (Wy @ h + by) / temperature
            letters.append(int(np.argmax(scores + rng.gumbel(size=len(scores)))))
        return np.array(letters[1:], dtype=int)
