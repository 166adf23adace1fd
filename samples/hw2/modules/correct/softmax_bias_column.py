"""The bias as one more column of weights, inside; minibatches cut by np.split at multiples of the size."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def _extended(self, X):
        ones = np.ones((X.shape[0], 1), dtype=X.dtype)
        return np.hstack((X, ones)), np.hstack((self.W, self.b[:, None]))

    def loss(self, X, y, reg=0.0):
        X1, W1 = self._extended(X)
        a = np.dot(X1, W1.T)
        a = a - np.amax(a, axis=1).reshape(-1, 1)
        return (
            np.sum(np.log(np.sum(np.exp(a), axis=1)) - a[range(len(y)), y]) / len(y)
            + reg / 2 * (self.W**2).sum()
        )

    def loss_and_grad(self, X, y, reg=0.0):
        X1, W1 = self._extended(X)
        G = np.zeros(W1.shape)
        total = 0.0
        for i in range(X1.shape[0]):
            a = W1.dot(X1[i])
            a = a - max(a)
            e = np.exp(a)
            total = total + np.log(sum(e)) - a[y[i]]
            for c in range(W1.shape[0]):
                if c == y[i]:
                    G[c] += (e[c] / sum(e) - 1) * X1[i]
                else:
                    G[c] += e[c] / sum(e) * X1[i]
        G /= X1.shape[0]
        G[:, :-1] += reg * self.W
        return total / X1.shape[0] + 0.5 * reg * np.sum(self.W * self.W), G[:, :-1], G[:, -1]

    def fast_loss_and_grad(self, X, y, reg=0.0):
        X1, W1 = self._extended(X)
        a = X1 @ W1.T
        a -= a.max(axis=1, keepdims=True)
        p = np.exp(a)
        s = p.sum(axis=1, keepdims=True)
        loss = np.log(s).mean() - a[np.arange(len(y)), y].mean() + 0.5 * reg * np.sum(self.W**2)
        p /= s
        p[np.arange(len(y)), y] -= 1
        G = p.T @ X1 / len(y)
        return loss, G[:, :-1] + reg * self.W, G[:, -1]

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        if rng is None:
            rng = np.random.default_rng()
        batches, history = [], []
        for it in range(num_iters):
            if not batches:
                batches = np.split(rng.permutation(X.shape[0]), range(batch_size, X.shape[0], batch_size))
            chosen = batches.pop(0)
            loss, dW, db = self.fast_loss_and_grad(X[chosen, :], y[chosen], reg)
            history.append(loss)
            self.W -= learning_rate * dW
            self.b -= learning_rate * db
            if verbose and it % 100 == 0:
                print(f"iteration {it} of {num_iters}: loss {loss:.4f}")
        return history

    def predict(self, X):
        X1, W1 = self._extended(X)
        return W1.dot(X1.T).argmax(axis=0)
