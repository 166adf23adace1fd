"""Own dense algebra: a power method, bincount for each number of a vector, histogram of pairs, partitions."""

import functools
import math

import numpy as np


@functools.lru_cache
def places(T, context):
    index = np.arange(T)[:, None] + np.arange(-context, context + 1)[None, :]
    index.setflags(write=False)
    return index


def windows(words, context=2, padding=0):
    index = places(len(words), context)
    inside = np.logical_and(index >= 0, index < len(words))
    return np.where(inside, words[np.clip(index, 0, len(words) - 1)], padding)


def lookup_forward(L, X):
    blocks = [L[X[:, place]] for place in range(X.shape[1])]
    return np.concatenate(blocks, axis=1), dict(V=len(L), d=L.shape[-1], X=X.tolist())


def lookup_backward(upstream, cache):
    words = [word for window in cache["X"] for word in window]
    numbers = upstream.reshape(-1, cache["d"])
    columns = [np.bincount(words, weights=numbers[:, j], minlength=cache["V"]) for j in range(cache["d"])]
    return np.stack(columns, axis=-1).astype(upstream.dtype)


def score_forward(x, W, b, u):
    h = [np.tanh(W @ one + b) for one in x]
    return np.array([row @ u for row in h]), [x, W, u, h]


def score_backward(upstream, cache):
    x, W, u, h = cache
    dx, dW, db, du = [], 0, 0, 0
    for up, one, row in zip(upstream, x, h):
        delta = up * u * (1 - row) * (1 + row)
        dx.append(W.T @ delta)
        dW, db, du = dW + np.outer(delta, one), db + delta, du + up * row
    return np.array(dx), dW, db, du


def max_margin_loss(s, s_corrupt):
    N = s.shape[0]
    losses, ds, dt = [], np.zeros(N), np.zeros(N)
    for n, (a, c) in enumerate(zip(s, s_corrupt)):
        losses.append(max(0.0, 1 - a + c))
        if losses[-1]:
            ds[n], dt[n] = -1 / N, 1 / N
    return math.fsum(losses) / N, ds, dt


def soft_cross_entropy(scores, targets):
    # log p_i = -log sum_j exp(s_j - s_i) is not safe; shift by the row's own largest score, taken by sorting
    top = np.sort(scores, axis=1)[:, -1:]
    p = np.exp(scores - top)
    total = p.sum(axis=1, keepdims=True)
    p /= total
    cost = (targets * (np.log(total) + top - scores)).sum(axis=1)
    p -= targets
    p /= np.float32(len(p)) if p.dtype == np.float32 else len(p)
    return np.mean(cost), p


class WindowClassifier:
    CLASSES_OF_A_WORD = 4

    def __init__(self, num_words, num_classes=CLASSES_OF_A_WORD, context=2, dim=16, hidden=32, *, rng):
        D = (2 * context + 1) * dim
        self.params = {
            "L": 0.01 * rng.standard_normal((num_words, dim)),
            "W": rng.standard_normal((hidden, D)) / np.sqrt(D),
            "b": np.zeros(hidden),
            "U": rng.standard_normal((num_classes, hidden)) / np.sqrt(hidden),
            "c": np.zeros(num_classes),
        }

    def _hidden(self, X):
        L, W, b = self.params["L"], self.params["W"], self.params["b"]
        d = L.shape[1]
        z = b + sum(L[X[:, k]] @ W[:, k * d : (k + 1) * d].T for k in range(X.shape[1]))
        return np.tanh(z)

    def loss(self, X, y=None):
        L, W, U, c = (self.params[name] for name in ("L", "W", "U", "c"))
        h = self._hidden(X)
        scores = h @ U.T + c
        if y is None:
            return scores
        N, d = len(X), L.shape[1]
        targets = (np.arange(len(c))[None] == y[:, None]).astype(scores.dtype)
        loss, dscores = soft_cross_entropy(scores, targets)
        dz = dscores.dot(U) * (1 - np.power(h, 2))
        dL, dW = np.zeros(L.shape), np.zeros(W.shape)
        for k in range(X.shape[1]):
            part = slice(k * d, (k + 1) * d)
            dW[:, part] = dz.T @ L[X[:, k]]
            for n in range(N):
                dL[X[n, k]] += W[:, part].T @ dz[n]
        return loss, {"L": dL, "W": dW, "b": dz.sum(0), "U": np.dot(dscores.T, h), "c": dscores.sum(0)}


def confusion_matrix(y, predicted, num_classes):
    edges = np.arange(num_classes + 1) - 0.5
    return np.histogram2d(y, predicted, bins=(edges, edges))[0].astype(int)


def precision_recall_f1(confusion):
    precision, recall, f1 = [], [], []
    for k, row in enumerate(confusion):
        tp = confusion[k, k]
        fp, fn = confusion[:, k].sum() - tp, row.sum() - tp
        precision.append(tp / (tp + fp) if tp + fp > 0 else 0.0)
        recall.append(tp / (tp + fn) if tp + fn else 0.0)
        f1.append(tp / (tp + 0.5 * (fp + fn)) if tp else 0.0)
    return np.array(precision), np.array(recall), np.array(f1)


def nearest_words(L, row, k):
    unit = L / np.sqrt(np.einsum("vd,vd->v", L, L))[:, None]
    cosines = unit @ unit[row]
    cosines[row] = -np.inf
    best = np.argpartition(cosines, -k)[-k:]
    return best[np.argsort(cosines[best])[::-1]]


def principal_plane(L):
    X = L - L.mean(axis=0, keepdims=True)
    S, found = X.T @ X, []
    for _ in range(2):
        v = np.ones(len(S))
        for _ in range(300):
            v = S @ v
            v /= np.linalg.norm(v)
        found.append(v)
        S = S - (v @ S @ v) * np.outer(v, v)
    return X @ np.array(found).T
