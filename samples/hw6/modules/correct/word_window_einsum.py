"""einsum for every product, and indices in several dimensions."""

import numpy as np


def windows(words, context=2, padding=0):
    T = len(words)
    places = np.arange(T)[:, None] + np.arange(-context, context + 1)
    inside = (places >= 0) & (places < T)
    return np.where(inside, words[np.clip(places, 0, T - 1)], padding)


def lookup_forward(L, X):
    N, K = X.shape
    return np.take(L, X, axis=0).reshape(N, K * L.shape[1]), (X, L.shape)


def lookup_backward(upstream, cache):
    X, (V, d) = cache
    pieces = upstream.reshape(-1, d)
    dL = np.empty((V, d), upstream.dtype)
    for j in range(d):
        dL[:, j] = np.bincount(X.ravel(), weights=pieces[:, j], minlength=V)
    return dL


def score_forward(x, W, b, u):
    z = np.einsum("nd,hd->nh", x, W) + b
    h = np.tanh(z)
    return np.einsum("nh,h->n", h, u), {"x": x, "W": W, "u": u, "z": z}


def score_backward(upstream, cache):
    x, W, u, z = (cache[name] for name in ("x", "W", "u", "z"))
    h = np.tanh(z)
    delta = np.einsum("n,h,nh->nh", upstream, u, 1 - h * h)
    return (
        np.einsum("nh,hd->nd", delta, W),
        np.einsum("nh,nd->hd", delta, x),
        np.einsum("nh->h", delta),
        np.einsum("nh,n->h", h, upstream),
    )


def max_margin_loss(s, s_corrupt):
    gap = s_corrupt - s + 1
    active = np.where(gap > 0, 1, 0).astype(s.dtype)
    share = active / s.size
    return np.einsum("n,n->", share, gap), -1 * share, 1 * share


def soft_cross_entropy(scores, targets):
    z = scores - np.max(scores, axis=1)[:, None]
    e = np.exp(z)
    Z = np.einsum("nc->n", e)
    loss = np.mean(np.log(Z) - np.einsum("nc,nc->n", targets, z))
    return loss, (e / Z[:, None] - targets) / np.float32(len(z))


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
        L, W, b, U, c = self.params.values()
        words = L[X]
        W3 = W.reshape(W.shape[0], X.shape[1], L.shape[1])
        h = np.tanh(np.einsum("nkd,hkd->nh", words, W3) + b)
        scores = np.einsum("nh,ch->nc", h, U) + c
        if y is None:
            return scores
        targets = np.zeros(scores.shape)
        targets[range(len(y)), y] = 1.0
        loss, g = soft_cross_entropy(scores, targets)
        dz = np.einsum("nc,ch->nh", g, U) * (1 - h * h)
        dwords = np.einsum("nh,hkd->nkd", dz, W3)
        dL = np.zeros(L.shape)
        np.add.at(dL, X, dwords)
        grads = dict(L=dL, W=np.einsum("nh,nkd->hkd", dz, words).reshape(W.shape), b=np.einsum("nh->h", dz))
        grads["U"] = np.einsum("nc,nh->ch", g, h)
        grads["c"] = np.einsum("nc->c", g)
        return loss, grads


def confusion_matrix(y, predicted, num_classes):
    one_hot = np.eye(num_classes, dtype=int)
    return np.einsum("ni,nj->ij", one_hot[np.asarray(y, int)], one_hot[np.asarray(predicted, int)])


def precision_recall_f1(confusion):
    hits = np.einsum("kk->k", confusion).astype(float)
    called, real = np.einsum("ij->j", confusion), np.einsum("ij->i", confusion)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision, recall = np.nan_to_num(hits / called), np.nan_to_num(hits / real)
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    return precision, recall, f1


def nearest_words(L, row, k):
    lengths = np.sqrt(np.einsum("vd,vd->v", L, L))
    cosines = np.einsum("vd,d->v", L, L[row]) / (lengths * lengths[row])
    cosines[row] = -np.inf
    return np.argsort(cosines)[::-1][:k]


def principal_plane(L):
    A = L - np.mean(L, axis=0, keepdims=True)
    values, vectors = np.linalg.eigh(np.einsum("vi,vj->ij", A, A))
    return np.einsum("vd,dk->vk", A, vectors[:, ::-1][:, :2])
