"""Backward takes the windows of whichever lookup was last."""
# must fail: word_window.lookup_backward

import numpy as np

LAST = None


def windows(words, context=2, padding=0):
    nothing = np.full(context, padding, dtype=words.dtype)
    padded = np.concatenate([nothing, words, nothing])
    return np.stack([padded[place : place + len(words)] for place in range(2 * context + 1)], axis=1)


def lookup_forward(L, X):
    global LAST
    LAST = X
    return (L[X].reshape(len(X), -1), (L.shape, None))


def lookup_backward(upstream, cache):
    shape, X = (cache[0], LAST)
    dL = np.zeros(shape, dtype=upstream.dtype)
    np.add.at(dL, X, upstream.reshape(*X.shape, shape[1]))
    return dL


def score_forward(x, W, b, u):
    h = np.tanh(x @ W.T + b)
    return (h @ u, (x, W, u, h))


def score_backward(upstream, cache):
    x, W, u, h = cache
    delta = upstream[:, None] * u * (1 - h**2)
    return (delta @ W, delta.T @ x, delta.sum(axis=0), h.T @ upstream)


def max_margin_loss(s, s_corrupt):
    violation = 1 - s + s_corrupt
    ds_corrupt = (violation > 0).astype(violation.dtype) / len(s)
    return (np.maximum(violation, 0).mean(), -ds_corrupt, ds_corrupt)


def soft_cross_entropy(scores, targets):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return (-(targets * log_p).sum() / len(scores), (np.exp(log_p) - targets) / len(scores))


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
        L, W, b, U, c = (self.params[name] for name in "LWbUc")
        x, cache = lookup_forward(L, X)
        h = np.tanh(x @ W.T + b)
        scores = h @ U.T + c
        if y is None:
            return scores
        loss, dscores = soft_cross_entropy(scores, np.eye(len(c), dtype=scores.dtype)[y])
        delta = dscores @ U * (1 - h**2)
        return (
            loss,
            {
                "L": lookup_backward(delta @ W, cache),
                "W": delta.T @ x,
                "b": delta.sum(axis=0),
                "U": dscores.T @ h,
                "c": dscores.sum(axis=0),
            },
        )


def confusion_matrix(y, predicted, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(counts, (y, predicted), 1)
    return counts


def precision_recall_f1(confusion):
    right = np.diag(confusion)
    predicted, true = (confusion.sum(axis=0), confusion.sum(axis=1))
    return (
        right / np.maximum(predicted, 1),
        right / np.maximum(true, 1),
        2 * right / np.maximum(predicted + true, 1),
    )


def nearest_words(L, row, k):
    directions = L / np.linalg.norm(L, axis=1, keepdims=True)
    order = np.argsort(-directions @ directions[row])
    return order[order != row][:k]


def principal_plane(L):
    centred = L - L.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:2].T
