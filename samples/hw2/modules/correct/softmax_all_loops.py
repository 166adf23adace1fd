"""Loops over examples, classes and features in everything that may have loops; plain lists."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        total = 0.0
        for i in range(X.shape[0]):
            a = [float(self.W[c] @ X[i] + self.b[c]) for c in range(self.W.shape[0])]
            biggest = max(a)
            s = 0.0
            for v in a:
                s += np.exp(v - biggest)
            total += biggest + np.log(s) - a[y[i]]
        penalty = 0.0
        for row in self.W:
            for w in row:
                penalty += w * w
        return total / X.shape[0] + 0.5 * reg * penalty

    def loss_and_grad(self, X, y, reg=0.0):
        N, D = X.shape
        C = self.W.shape[0]
        dW, db = np.zeros((C, D)), np.zeros(C)
        for i in range(N):
            a = np.array([self.W[c] @ X[i] + self.b[c] for c in range(C)])
            e = np.exp(a - a.max())
            for c in range(C):
                g = e[c] / e.sum()
                if c == y[i]:
                    g -= 1
                for d in range(D):
                    dW[c, d] += g * X[i, d] / N
                db[c] += g / N
        for c in range(C):
            dW[c] += reg * self.W[c]
        return self.loss(X, y, reg), dW, db

    def fast_loss_and_grad(self, X, y, reg=0.0):
        N = X.shape[0]
        scores = X @ self.W.T + self.b
        scores = scores - scores.max(axis=1, keepdims=True)
        exps = np.exp(scores)
        sums = exps.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(sums[:, 0]) - scores[np.arange(N), y]) + 0.5 * reg * np.sum(self.W**2)
        probs = exps / sums
        probs[np.arange(N), y] -= 1
        probs /= N
        return loss, probs.T @ X + reg * self.W, probs.sum(axis=0)

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = np.random.default_rng() if rng is None else rng
        N, history, order, start = len(X), [], np.array([], dtype=int), 0
        for _ in range(num_iters):
            if start >= len(order):
                order, start = rng.permutation(N), 0
            batch = order[start : start + batch_size]
            start += batch_size
            loss, dW, db = self.fast_loss_and_grad(X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            self.b = self.b - learning_rate * db
            history.append(loss)
        return history

    def predict(self, X):
        labels = np.zeros(X.shape[0], dtype=np.int64)
        for i in range(X.shape[0]):
            labels[i] = np.argmax(self.W @ X[i] + self.b)
        return labels
