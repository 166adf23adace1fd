"""Views into padded sentences, sorted segments, named tuples, and principal components of a covariance by eig."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, namedtuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Lookup = namedtuple("Lookup", "words size")
Score = namedtuple("Score", ["x", "W", "u", "h"])
Figures = namedtuple("Figures", "precision recall f1")


def windows(words, context=2, padding=0):
    padded = np.pad(words, context, constant_values=padding)
    return sliding_window_view(padded, 2 * context + 1)


def lookup_forward(L, X):
    N, K = X.shape
    rows = np.take(L, X.ravel(), axis=0)
    return rows.reshape((N, K * L.shape[1])), Lookup(words=X, size=L.shape)


def lookup_backward(upstream, cache):
    V, d = cache.size
    words, rows = cache.words.ravel(), upstream.reshape(-1, d)
    order = np.argsort(words, kind="stable")
    occurring, starts = np.unique(words[order], return_index=True)
    dL = np.zeros((V, d), upstream.dtype)
    dL[occurring] = np.add.reduceat(rows[order], starts, axis=0)
    return dL


def score_forward(x, W, b, u):
    h = np.tanh(np.inner(x, W) + b)
    return np.inner(h, u), Score(x, W, u, h)


def score_backward(upstream, cache):
    outer = np.multiply.outer(upstream, cache.u)
    delta = outer - outer * cache.h**2
    return [delta @ cache.W, np.dot(delta.T, cache.x), np.sum(delta, 0), upstream @ cache.h]


def max_margin_loss(s, s_corrupt):
    margin = np.clip(1 - (s - s_corrupt), 0, None)
    active = np.sign(margin) / margin.size
    return margin.sum() / margin.size, -active, +active


def soft_cross_entropy(scores, targets):
    log_p = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    N = scores.shape[0]
    loss = -np.einsum("nc,nc->", targets, log_p) / N
    return loss, (np.exp(log_p) - targets) / N


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

    def loss(self, X, y=None):
        x, lookup = lookup_forward(self.params["L"], X)
        h = np.tanh(x @ self.params["W"].T + self.params["b"])
        scores = h @ self.params["U"].T + self.params["c"]
        if y is None:
            return scores
        targets = np.zeros_like(scores)
        np.put_along_axis(targets, y[:, np.newaxis], 1, axis=1)
        loss, dscores = soft_cross_entropy(scores, targets)
        grads = defaultdict(lambda: 0.0)
        grads["U"] += dscores.T @ h
        grads["c"] += dscores.sum(axis=0)
        dz = dscores @ self.params["U"] * (1 - h * h)
        grads["W"] += dz.T @ x
        grads["b"] += dz.sum(axis=0)
        grads["L"] += lookup_backward(dz @ self.params["W"], lookup)
        return loss, grads


def confusion_matrix(y, predicted, num_classes):
    pairs = Counter(zip(y.tolist(), predicted.tolist()))
    return np.array([[pairs[i, j] for j in range(num_classes)] for i in range(num_classes)])


def precision_recall_f1(confusion):
    hits = np.diagonal(confusion).astype(float)

    def share(a, b):
        return np.divide(a, b, out=np.zeros_like(hits), where=b > 0)

    P, R = share(hits, confusion.sum(0)), share(hits, confusion.sum(1))
    return Figures(precision=P, recall=R, f1=share(2 * P * R, P + R))


def nearest_words(L, row, k):
    a = L[row]
    cosine = {other: b @ a / np.sqrt((b @ b) * (a @ a)) for other, b in enumerate(L) if other != row}
    return np.array(heapq.nlargest(k, cosine, key=cosine.get))


def principal_plane(L):
    centred = L - np.mean(L, axis=0)
    values, vectors = np.linalg.eig(np.cov(L.T))
    order = np.argsort(values)[::-1]
    return centred @ vectors[:, order[:2]]
