"""Right shapes, and nothing but zeros in them."""
# must fail: word_window.lookup_forward, word_window.lookup_backward, word_window.score_forward, word_window.score_backward, word_window.max_margin_loss, word_window.soft_cross_entropy, word_window.loss

import numpy as np


def windows(words, context=2, padding=0):
    return np.zeros((len(words), 2 * context + 1), dtype=int)


def lookup_forward(L, X):
    return np.zeros((len(X), X.shape[1] * L.shape[1])), L


def lookup_backward(upstream, cache):
    return np.zeros_like(cache)


def score_forward(x, W, b, u):
    return np.zeros(len(x)), (x, W, b, u)


def score_backward(upstream, cache):
    return tuple(np.zeros_like(array) for array in cache)


def max_margin_loss(s, s_corrupt):
    return 0.0, np.zeros_like(s), np.zeros_like(s)


def soft_cross_entropy(scores, targets):
    return 0.0, np.zeros_like(scores)


class WindowClassifier:
    def __init__(self, num_words, num_classes=4, context=2, dim=16, hidden=32, *, rng):
        D = (2 * context + 1) * dim
        shapes = {"L": (num_words, dim), "W": (hidden, D), "b": hidden, "U": (num_classes, hidden), "c": num_classes}
        self.params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    def loss(self, X, y=None):
        if y is None:
            return np.zeros((len(X), len(self.params["c"])))
        return 0.0, {name: np.zeros_like(value) for name, value in self.params.items()}
