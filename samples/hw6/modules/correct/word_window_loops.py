"""Loops wherever a loop will do."""

import math

import numpy as np


def windows(words, context=2, padding=0):
    rows = []
    for t in range(len(words)):
        row = []
        for k in range(t - context, t + context + 1):
            if 0 <= k < len(words):
                row.append(int(words[k]))
            else:
                row.append(padding)
        rows.append(row)
    return np.array(rows)


def lookup_forward(L, X):
    out = []
    for window in X:
        row = []
        for word in window:
            row.extend(L[word])
        out.append(row)
    return np.array(out, dtype=L.dtype), (L, X)


def lookup_backward(upstream, cache):
    L, X = cache
    d = L.shape[1]
    dL = np.zeros(L.shape, dtype=upstream.dtype)
    for n in range(len(X)):
        for k in range(X.shape[1]):
            dL[X[n, k]] += upstream[n, k * d : (k + 1) * d]
    return dL


def score_forward(x, W, b, u):
    s = np.zeros(len(x), dtype=x.dtype)
    hs = []
    for n in range(len(x)):
        h = np.tanh(W @ x[n] + b)
        s[n] = u @ h
        hs.append(h)
    return s, (x, W, u, hs)


def score_backward(upstream, cache):
    x, W, u, hs = cache
    dx, dW, db, du = np.zeros_like(x), np.zeros_like(W), np.zeros_like(u), np.zeros_like(u)
    for n in range(len(x)):
        delta = upstream[n] * u * (1 - hs[n] ** 2)
        dx[n] = W.T @ delta
        dW += np.outer(delta, x[n])
        db += delta
        du += upstream[n] * hs[n]
    return dx, dW, db, du


def max_margin_loss(s, s_corrupt):
    N = len(s)
    loss, ds, ds_corrupt = 0.0, np.zeros_like(s), np.zeros_like(s_corrupt)
    for n in range(N):
        gap = 1 - s[n] + s_corrupt[n]
        if gap > 0:
            loss += gap / N
            ds[n] = -1 / N
            ds_corrupt[n] = 1 / N
    return loss, ds, ds_corrupt


def soft_cross_entropy(scores, targets):
    N, C = scores.shape
    loss, dscores = 0.0, np.zeros_like(scores)
    for n in range(N):
        top = max(scores[n])
        total = sum(math.exp(score - top) for score in scores[n])
        for c in range(C):
            log_p = scores[n, c] - top - math.log(total)
            loss -= targets[n, c] * log_p / N
            dscores[n, c] = (math.exp(log_p) - targets[n, c]) / N
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

    def loss(self, X, y=None):
        p = self.params
        x, cache = lookup_forward(p["L"], X)
        h = np.zeros((len(X), len(p["b"])))
        scores = np.zeros((len(X), len(p["c"])))
        for n in range(len(X)):
            h[n] = np.tanh(p["W"] @ x[n] + p["b"])
            scores[n] = p["U"] @ h[n] + p["c"]
        if y is None:
            return scores
        targets = np.zeros_like(scores)
        for n in range(len(y)):
            targets[n, y[n]] = 1
        loss, dscores = soft_cross_entropy(scores, targets)
        grads = {name: np.zeros_like(value) for name, value in p.items()}
        dx = np.zeros_like(x)
        for n in range(len(X)):
            grads["U"] += np.outer(dscores[n], h[n])
            grads["c"] += dscores[n]
            delta = (p["U"].T @ dscores[n]) * (1 - h[n] ** 2)
            grads["W"] += np.outer(delta, x[n])
            grads["b"] += delta
            dx[n] = p["W"].T @ delta
        grads["L"] = lookup_backward(dx, cache)
        return loss, grads


def confusion_matrix(y, predicted, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for true, guess in zip(y, predicted):
        counts[true, guess] += 1
    return counts


def precision_recall_f1(confusion):
    C = len(confusion)
    precision, recall, f1 = np.zeros(C), np.zeros(C), np.zeros(C)
    for k in range(C):
        hits = confusion[k, k]
        if confusion[:, k].sum() > 0:
            precision[k] = hits / confusion[:, k].sum()
        if confusion[k].sum() > 0:
            recall[k] = hits / confusion[k].sum()
        if precision[k] + recall[k] > 0:
            f1[k] = 2 * precision[k] * recall[k] / (precision[k] + recall[k])
    return precision, recall, f1


def nearest_words(L, row, k):
    cosines = []
    for other in range(len(L)):
        if other != row:
            cosine = L[row] @ L[other] / (np.linalg.norm(L[row]) * np.linalg.norm(L[other]))
            cosines.append((cosine, other))
    cosines.sort(reverse=True)
    return np.array([other for _, other in cosines[:k]])


def principal_plane(L):
    mean = sum(L) / len(L)
    covariance = np.zeros((L.shape[1], L.shape[1]))
    for row in L:
        covariance += np.outer(row - mean, row - mean)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1]
    return np.array([[(row - mean) @ vectors[:, order[0]], (row - mean) @ vectors[:, order[1]]] for row in L])
