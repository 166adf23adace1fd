"""Minibatches from a generator with array_split; labels chosen on probabilities; helper methods."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        return self.fast_loss_and_grad(X, y, reg)[0]

    def loss_and_grad(self, X, y, reg=0.0):
        loss, dW, db = 0.0, np.zeros_like(self.W), np.zeros_like(self.b)
        for i in range(len(X)):
            a = self.W @ X[i] + self.b
            a = a - np.max(a)
            p = np.exp(a) / np.sum(np.exp(a))
            loss += np.log(np.sum(np.exp(a))) - a[y[i]]
            p[y[i]] -= 1
            dW += np.outer(p, X[i])
            db += p
        N = X.shape[0]
        return loss / N + 0.5 * reg * np.sum(self.W**2), dW / N + reg * self.W, db / N

    def fast_loss_and_grad(self, X, y, reg=0.0):
        log_p = self._log_probabilities(X)
        rows = np.arange(X.shape[0])
        signal = np.exp(log_p)
        signal[rows, y] -= 1
        signal = signal / X.shape[0]
        loss = -log_p[rows, y].mean() + 0.5 * reg * np.square(self.W).sum()
        return (
            loss,
            np.tensordot(signal, X, axes=(0, 0)) + reg * self.W,
            np.ones(X.shape[0], signal.dtype) @ signal,
        )

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        history = []
        batches = self._batches(len(X), batch_size, rng or np.random.default_rng())
        while len(history) < num_iters:
            batch = next(batches)
            loss, *slopes = self.fast_loss_and_grad(X[batch], y[batch], reg)
            self.W, self.b = (p - learning_rate * g for p, g in zip((self.W, self.b), slopes, strict=True))
            history.append(float(loss))
        return history

    def predict(self, X):
        return np.exp(self._log_probabilities(X)).argmax(axis=1)

    def _log_probabilities(self, X):
        scores = X @ self.W.T + self.b
        scores = scores - scores.max(1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(1, keepdims=True))

    @staticmethod
    def _batches(N, size, rng):
        while True:
            order = rng.choice(N, N, replace=False)
            for start in range(0, N, size):
                yield order[start : start + size]
