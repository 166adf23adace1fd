"""Sums in plain Python with math.exp, nested functions, lists for the slow gradient; tuples as history."""

import math

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        def of_one(x, label):
            scores = [float(w @ x + c) for w, c in zip(self.W, self.b, strict=True)]
            top = max(scores)
            return top + math.log(math.fsum(math.exp(s - top) for s in scores)) - scores[label]

        penalty = 0.5 * reg * math.fsum(float(w) ** 2 for w in self.W.ravel())
        return math.fsum(map(of_one, X, y)) / len(y) + penalty

    def loss_and_grad(self, X, y, reg=0.0):
        C, D, N = len(self.W), len(self.W[0]), len(X)
        dW = [[reg * self.W[c][d] for d in range(D)] for c in range(C)]
        db = [0.0] * C
        for n in range(N):
            scores = [sum(self.W[c][d] * X[n][d] for d in range(D)) + self.b[c] for c in range(C)]
            exps = [math.exp(s - max(scores)) for s in scores]
            for c in range(C):
                slope = (exps[c] / sum(exps) - int(c == y[n])) / N
                db[c] += slope
                for d in range(D):
                    dW[c][d] += slope * X[n][d]
        return self.loss(X, y, reg), np.array(dW), np.array(db)

    def fast_loss_and_grad(self, X, y, reg=0.0):
        def log_sum_exp(a):
            top = np.max(a, axis=1)
            return top + np.log(np.sum(np.exp(a - top[:, np.newaxis]), axis=1))

        a = np.add(np.dot(X, self.W.T), self.b)
        lse = log_sum_exp(a)
        one_hot = np.zeros_like(a)
        one_hot[np.arange(a.shape[0]), y] = 1
        loss = np.mean(lse - np.sum(a * one_hot, axis=1)) + 0.5 * reg * np.sum(np.power(self.W, 2))
        G = np.divide(np.exp(a - lse[:, np.newaxis]) - one_hot, a.shape[0])
        return loss, np.dot(G.T, X) + reg * self.W, np.sum(G, axis=0)

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = np.random.default_rng() if rng is None else rng
        losses, epoch = (), iter(())
        for _ in range(num_iters):
            batch = next(epoch, None)
            if batch is None:
                order = rng.permutation(len(X)).tolist()
                epoch = iter([order[i : i + batch_size] for i in range(0, len(order), batch_size)])
                batch = next(epoch)
            loss, dW, db = self.fast_loss_and_grad(X[batch], y[batch], reg)
            losses += (float(loss),)
            self.W = self.W - learning_rate * dW
            self.b = self.b - learning_rate * db
        return losses

    def predict(self, X):
        scores = X @ self.W.T + self.b
        return np.array([max(range(len(row)), key=row.__getitem__) for row in scores.tolist()])
