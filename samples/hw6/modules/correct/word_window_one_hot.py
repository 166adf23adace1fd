"""One-hot matrices, as on the slides; everything is a product."""

import numpy as np


def one_hot(indices, size, dtype=float):
    return (np.asarray(indices)[..., None] == np.arange(size)).astype(dtype)


def windows(words, context=2, padding=0):
    padded = np.pad(words, context, constant_values=padding)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * context + 1)


def lookup_forward(L, X):
    E = one_hot(X, len(L), L.dtype)  # (N, K, V)
    return (E @ L).reshape(len(X), -1), E


def lookup_backward(upstream, cache):
    N, K, V = cache.shape
    return cache.reshape(N * K, V).T @ upstream.reshape(N * K, -1)


def score_forward(x, W, b, u):
    z = x.dot(W.T) + b
    h = np.tanh(z)
    s = h.dot(u)
    return s, (x, W, b, u, z)


def score_backward(upstream, cache):
    x, W, b, u, z = cache
    slope = 1 / np.cosh(np.clip(z, -50, 50)) ** 2
    dh = np.outer(upstream, u)
    delta = dh * slope
    du = upstream.dot(np.tanh(z))
    return delta.dot(W), delta.T.dot(x), np.ones(len(x), x.dtype).dot(delta), du


def max_margin_loss(s, s_corrupt):
    loss = np.clip(1 - (s - s_corrupt), 0, None).mean()
    wrong = s - s_corrupt < 1
    return loss, np.where(wrong, -1.0, 0.0).astype(s.dtype) / len(s), np.where(wrong, 1.0, 0.0).astype(s.dtype) / len(s)


def log_softmax(scores):
    top = scores.max(axis=1, keepdims=True)
    return scores - top - np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))


def soft_cross_entropy(scores, targets):
    log_p = log_softmax(scores)
    loss = np.mean(-np.sum(targets * log_p, axis=1))
    dscores = np.exp(log_p)
    dscores -= targets
    dscores /= len(scores)
    return loss, dscores


class WindowClassifier:
    def __init__(self, num_words, num_classes=4, context=2, dim=16, hidden=32, *, rng):
        D = (2 * context + 1) * dim
        self.params = {
            "L": 0.01 * rng.standard_normal((num_words, dim)),
            "W": rng.standard_normal((hidden, D)) / np.sqrt(D),
            "b": np.zeros(hidden),
            "U": rng.standard_normal((num_classes, hidden)) / np.sqrt(hidden),
            "c": np.zeros(num_classes),
        }

    def forward(self, X):
        x, self.E = lookup_forward(self.params["L"], X)
        self.x = x
        self.h = np.tanh(x @ self.params["W"].T + self.params["b"])
        return self.h @ self.params["U"].T + self.params["c"]

    def loss(self, X, y=None):
        scores = self.forward(X)
        if y is None:
            return scores
        loss, d = soft_cross_entropy(scores, one_hot(y, scores.shape[1]))
        grads = {"U": d.T @ self.h, "c": np.sum(d, 0)}
        d = d @ self.params["U"]
        d = d - d * self.h * self.h
        grads["W"], grads["b"] = d.T @ self.x, np.sum(d, 0)
        grads["L"] = lookup_backward(d @ self.params["W"], self.E)
        return loss, grads


def confusion_matrix(y, predicted, num_classes):
    counts = one_hot(y, num_classes).T @ one_hot(predicted, num_classes)
    return counts.astype(np.int32)


def precision_recall_f1(confusion):
    hits = np.diagonal(confusion)
    columns, rows = confusion.sum(0), confusion.sum(1)
    zeros = np.zeros(len(hits))
    precision = np.divide(hits, columns, out=zeros.copy(), where=columns > 0)
    recall = np.divide(hits, rows, out=zeros.copy(), where=rows > 0)
    both = precision + recall
    return precision, recall, np.divide(2 * precision * recall, both, out=zeros.copy(), where=both > 0)


def nearest_words(L, row, k):
    unit = L / np.sqrt((L**2).sum(axis=1))[:, None]
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    return (-cosines[row]).argsort()[:k]


def principal_plane(L):
    centred = L - L.mean(0)
    u, s, _ = np.linalg.svd(centred)
    return -u[:, :2] * s[:2]
