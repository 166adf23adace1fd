"""The loss and the slow gradient compute in float32; a shuffled copy of the data for every epoch."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        X, W, b = X.astype(np.float32), self.W.astype(np.float32), self.b.astype(np.float32)
        scores = X @ W.T + b
        top = scores.max(axis=1, keepdims=True)
        losses = np.log(np.exp(scores - top).sum(axis=1)) + (top[:, 0] - scores[np.arange(len(y)), y])
        return losses.mean() + np.float32(0.5 * reg) * (W**2).sum()

    def loss_and_grad(self, X, y, reg=0.0):
        dW = np.zeros(self.W.shape, dtype=np.float32)
        db = np.zeros(self.b.shape, dtype=np.float32)
        loss = 0.0
        for i in range(X.shape[0]):
            scores = self.W @ X[i] + self.b
            scores = scores - scores.max()
            p = np.exp(scores) / np.exp(scores).sum()
            loss += np.log(np.exp(scores).sum()) - scores[y[i]]
            p[y[i]] -= 1
            dW += np.outer(p, X[i]).astype(np.float32)
            db += p.astype(np.float32)
        loss = loss / X.shape[0] + 0.5 * reg * (self.W**2).sum()
        return loss, dW / X.shape[0] + np.float32(reg) * self.W.astype(np.float32), db / X.shape[0]

    def fast_loss_and_grad(self, X, y, reg=0.0):
        N = X.shape[0]
        scores = X @ self.W.T + self.b
        scores = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        total = p.sum(axis=1, keepdims=True)
        loss = (np.log(total[:, 0]) - scores[np.arange(N), y]).mean() + 0.5 * reg * (self.W**2).sum()
        p = p / total
        p[np.arange(N), y] -= 1
        return loss, p.T @ (X / N) + reg * self.W, p.sum(axis=0) / N

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = np.random.default_rng() if rng is None else rng
        history, start = [], len(X)
        for _ in range(num_iters):
            if start >= len(X):
                indices = np.arange(len(X))
                rng.shuffle(indices)
                X_mixed, y_mixed, start = X[indices], y[indices], 0
            X_batch, y_batch = X_mixed[start : start + batch_size], y_mixed[start : start + batch_size]
            start = start + batch_size
            loss, dW, db = self.fast_loss_and_grad(X_batch, y_batch, reg)
            self.W -= learning_rate * dW
            self.b -= learning_rate * db
            history.append(loss)
        return history

    def predict(self, X):
        return np.array([np.argmax(scores) for scores in X @ self.W.T + self.b])
