"""-log of the probability after the shift: infinite for a wildly wrong answer."""

# must fail: softmax.loss, softmax.loss_and_grad, softmax.fast_loss_and_grad

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        a = X @ self.W.T + self.b
        a = a - np.max(a, axis=1, keepdims=True)
        p = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(len(y)), y]).mean() + 0.5 * reg * np.sum(self.W**2)

    def loss_and_grad(self, X, y, reg=0.0):
        N = len(y)
        loss, dW, db = 0.0, np.zeros(self.W.shape), np.zeros(self.b.shape)
        for x, label in zip(X, y, strict=True):
            a = self.W @ x + self.b
            a = a - a.max()
            total = np.exp(a).sum()
            loss += -np.log(np.exp(a[label]) / total)
            for j in range(len(a)):
                slope = np.exp(a[j]) / total - (j == label)
                dW[j] += slope * x
                db[j] += slope
        return loss / N + reg / 2 * np.sum(self.W**2), dW / N + reg * self.W, db / N

    def fast_loss_and_grad(self, X, y, reg=0.0):
        N = len(y)
        a = X @ self.W.T + self.b
        a = a - np.max(a, axis=1)[:, None]
        p = np.exp(a)
        total = p.sum(axis=1)
        loss = np.mean(-np.log(p[np.arange(N), y] / total)) + reg / 2 * np.sum(self.W**2)
        p = p / total[:, None]
        p[np.arange(N), y] -= 1
        return loss, p.T @ X / N + reg * self.W, p.sum(axis=0) / N

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = np.random.default_rng() if rng is None else rng
        history, order = [], []
        for _ in range(num_iters):
            if len(order) == 0:
                order = rng.permutation(len(X))
            batch, order = order[:batch_size], order[batch_size:]
            loss, dW, db = self.fast_loss_and_grad(X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            self.b = self.b - learning_rate * db
            history.append(float(loss))
        return history

    def predict(self, X):
        return (X @ self.W.T + self.b).argmax(axis=1)
