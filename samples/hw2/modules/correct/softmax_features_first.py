"""Everything transposed inside, scores of shape (C, N); training leaves a short last batch out."""

import numpy as np


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))
        self.b = np.zeros(dims[0])

    def loss(self, X, y, reg=0.0):
        loss, _, _ = self.fast_loss_and_grad(X, y, reg)
        return loss

    def loss_and_grad(self, X, y, reg=0.0):
        XT, WT = X.T, self.W.T.copy()  # (D, N), (D, C)
        dWT, db, losses = np.zeros_like(WT), np.zeros(self.b.shape), []
        for n in range(XT.shape[1]):
            column = XT[:, n]
            scores = column @ WT + self.b
            shift = scores.max()
            p = np.exp(scores - shift)
            total = p.sum()
            losses.append(np.log(total) + shift - scores[y[n]])
            p = p / total
            p[y[n]] = p[y[n]] - 1
            dWT += column.reshape(-1, 1) * p.reshape(1, -1) / XT.shape[1]
            db += p / XT.shape[1]
        dWT += reg * WT
        return np.mean(losses) + 0.5 * reg * np.linalg.norm(WT) ** 2, dWT.T, db

    def fast_loss_and_grad(self, X, y, reg=0.0):
        N = X.shape[0]
        scores = self.W @ X.T + self.b[:, np.newaxis]  # (C, N)
        top = np.max(scores, axis=0)
        P = np.exp(scores - top)
        sums = P.sum(axis=0)
        right = scores[y, np.arange(N)]
        loss = (np.log(sums) + (top - right)).sum() / N
        P = P / sums
        P[y, np.arange(N)] += -1
        dWT = X.T.dot(P.T) / N
        return loss + reg * 0.5 * np.square(self.W).sum(), dWT.T + reg * self.W, P.mean(axis=1)

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = rng or np.random.default_rng()
        N = X.shape[0]
        size = min(batch_size, N)
        per_epoch = N // size
        history = np.zeros(num_iters)
        for t in range(num_iters):
            if t % per_epoch == 0:
                order = np.arange(N)
                rng.shuffle(order)
            where = t % per_epoch * size
            rows = order[where : where + size]
            history[t], dW, db = self.fast_loss_and_grad(X[rows], y[rows], reg=reg)
            self.W, self.b = self.W - learning_rate * dW, self.b - learning_rate * db
        return history.tolist()

    def predict(self, X):
        return np.argmax(self.W @ X.T + self.b.reshape(-1, 1), axis=0)
