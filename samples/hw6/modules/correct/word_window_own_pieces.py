"""Small functions of its own: an affine layer with its backward pass, and lists where arrays are not needed."""

import numpy as np


def affine(x, W, b):
    return x @ W.transpose() + b


def affine_back(d, x, W):
    return d @ W, d.transpose() @ x, d.sum(0)


def windows(words, context=2, padding=0):
    padded = [padding] * context + list(words) + [padding] * context
    return np.array([padded[t : t + 2 * context + 1] for t in range(len(words))], dtype=int)


def lookup_forward(L, X):
    K = X.shape[1]
    return np.concatenate([L[X[:, k]] for k in range(K)], axis=1), [L.shape[0], L.shape[1], X.copy()]


def lookup_backward(upstream, cache):
    V, d, X = cache
    dL = np.zeros((V, d), dtype=upstream.dtype)
    for k, block in enumerate(np.split(upstream, X.shape[1], axis=1)):
        for word in np.unique(X[:, k]):
            dL[word] += block[X[:, k] == word].sum(axis=0)
    return dL


def score_forward(x, W, b, u):
    h = np.tanh(affine(x, W, b))
    return (h * u).sum(axis=1), (x, W, u, h)


def score_backward(upstream, cache):
    x, W, u, h = cache
    upstream = upstream.reshape(-1, 1)
    du = (upstream * h).sum(axis=0)
    delta = upstream * u * (1 - h) * (1 + h)
    return (*affine_back(delta, x, W), du)


def max_margin_loss(s, s_corrupt):
    N = s.shape[0]
    gaps = np.maximum(0, 1 - s + s_corrupt)
    ds = -(gaps > 0).astype(s.dtype)
    ds /= N
    return float(np.sum(gaps)) / N, ds, -ds


def soft_cross_entropy(scores, targets):
    N = scores.shape[0]
    log_sum = np.logaddexp.reduce(scores, axis=1, keepdims=True)
    log_p = scores - log_sum
    return float(-np.vdot(targets, log_p)) / N, (np.exp(log_p) - targets) / N


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
        p, g = self.params, {}
        x, cache = lookup_forward(p["L"], X)
        h = np.tanh(affine(x, p["W"], p["b"]))
        scores = affine(h, p["U"], p["c"])
        if y is None:
            return scores
        N = len(y)
        targets = np.zeros_like(scores)
        targets[np.arange(N), y] = 1
        loss, d = soft_cross_entropy(scores, targets)
        d, g["U"], g["c"] = affine_back(d, h, p["U"])
        d = d * (1 - h**2)
        d, g["W"], g["b"] = affine_back(d, x, p["W"])
        g["L"] = lookup_backward(d, cache)
        return loss, g


def confusion_matrix(y, predicted, num_classes):
    flat = np.bincount(num_classes * y + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes)


def ratio(a, b):
    return a / b if b else 0.0


def precision_recall_f1(confusion):
    classes = range(len(confusion))
    precision = np.array([ratio(confusion[k][k], sum(confusion[:, k])) for k in classes])
    recall = np.array([ratio(confusion[k][k], sum(confusion[k])) for k in classes])
    f1 = np.array([ratio(2 * p * r, p + r) for p, r in zip(precision, recall)])
    return precision, recall, f1


def nearest_words(L, row, k):
    def cosine(other):
        return (L[row] @ L[other]) / (L[row] @ L[row] * (L[other] @ L[other])) ** 0.5

    others = [other for other in range(len(L)) if other != row]
    return np.array(sorted(others, key=cosine, reverse=True)[:k])


def principal_plane(L):
    A = L - np.mean(L, 0)
    covariance = np.cov(A, rowvar=False)
    values, vectors = np.linalg.eig(covariance)
    values, vectors = values.real, vectors.real
    first, second = np.argsort(-values)[:2]
    return np.stack([A @ vectors[:, first], A @ vectors[:, second]], axis=-1)
