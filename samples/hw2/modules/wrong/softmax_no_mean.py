"""The gradients of the fast version lack 1/N."""
# must fail: softmax.fast_loss_and_grad
# diagnosis: missing_mean

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        scores = X @ self.W.T + self.b
        scores = scores - scores.max(axis=1, keepdims=True)
        losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
        return losses.mean() + 0.5 * reg * np.sum(self.W**2)

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
        N = X.shape[0]
        scores = X @ self.W.T + self.b
        scores = scores - scores.max(axis=1, keepdims=True)
        exps = np.exp(scores)
        sums = exps.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(sums[:, 0]) - scores[np.arange(N), y]) + 0.5 * reg * np.sum(self.W**2)
        probs = exps / sums
        probs[np.arange(N), y] -= 1
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
        return np.argmax(X @ self.W.T + self.b, axis=1)
