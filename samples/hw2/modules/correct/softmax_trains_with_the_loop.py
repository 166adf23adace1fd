"""train uses the slow gradient; losses by np.logaddexp; the history is an array."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        total = 0
        for x, label in zip(X, y, strict=True):
            a = self.W @ x + self.b
            total += np.logaddexp.reduce(a) - a[label]
        total /= len(X)
        for row in self.W:
            total += reg * 0.5 * row.dot(row)
        return total

    def loss_and_grad(self, X, y, reg=0.0):
        N, C = X.shape[0], self.W.shape[0]
        dW, db = reg * self.W, self.b * 0
        for i in range(N):
            a = np.array([self.W[c].dot(X[i]) + self.b[c] for c in range(C)])
            p = np.exp(a - np.logaddexp.reduce(a))
            for c in range(C):
                g = (p[c] - (1 if c == y[i] else 0)) / N
                dW[c] = dW[c] + g * X[i]
                db[c] = db[c] + g
        return self.loss(X, y, reg), dW, db

    def fast_loss_and_grad(self, X, y, reg=0.0):
        a = np.inner(X, self.W) + self.b
        lse = np.logaddexp.reduce(a, axis=1, keepdims=True)
        rows = np.arange(y.size)
        G = np.exp(a - lse)
        G[rows, y] -= 1.0
        G = G / y.size
        loss = np.average(lse[:, 0] - a[rows, y]) + 0.5 * reg * np.vdot(self.W, self.W)
        return loss, np.matmul(G.T, X) + reg * self.W, np.sum(G, 0)

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = np.random.default_rng() if rng is None else rng
        waiting, losses = [], []
        while len(losses) < num_iters:
            if len(waiting) == 0:
                waiting = list(rng.choice(len(X), size=len(X), replace=False))
            batch, waiting = waiting[:batch_size], waiting[batch_size:]
            loss, dW, db = self.loss_and_grad(X[batch], y[batch], reg)
            losses += [loss]
            self.W += -learning_rate * dW
            self.b += -learning_rate * db
        return np.array(losses)

    def predict(self, X):
        labels = np.zeros(X.shape[0], dtype=int)
        for i in range(X.shape[0]):
            labels[i] = np.argmax(self.W.dot(X[i]) + self.b)
        return labels
