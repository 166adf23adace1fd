"""Right shapes, and nothing but zeros in them."""
# must fail: rnn.step_forward, rnn.step_backward, rnn.forward, rnn.backward, rnn.clip_gradients, rnn.temperature_softmax, rnn.loss, rnn.sample

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.zeros_like(prev_h), (x, prev_h, Wx, Wh, b)


def rnn_step_backward(upstream, cache):
    return tuple(np.zeros_like(array) for array in cache)


def rnn_forward(x, h0, Wx, Wh, b):
    return np.zeros((*x.shape[:2], len(b))), (x, h0, Wx, Wh, b)


def rnn_backward(upstream, cache):
    return tuple(np.zeros_like(array) for array in cache)


def clip_gradients(grads, max_norm):
    return {name: np.zeros_like(grad) for name, grad in grads.items()}


def temperature_softmax(scores, temperature):
    return np.zeros_like(scores)


class CharRNN:
    def __init__(self, num_letters, hidden=64, *, rng):
        V, H = num_letters, hidden
        shapes = {"Wx": (H, V), "Wh": (H, H), "b": H, "Wy": (V, H), "by": V}
        self.params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    def loss(self, X, y=None):
        if y is None:
            return np.zeros((*X.shape, len(self.params["by"])))
        return 0.0, {name: np.zeros_like(value) for name, value in self.params.items()}

    def sample(self, first, length, temperature, rng):
        return np.zeros(length, dtype=int)
