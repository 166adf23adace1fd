"""Caches scores and probabilities on self, prints, and clips the shifted scores before exp."""

import numpy as np
from tqdm import tqdm


class Softmax:
    def __init__(self, dims=(10, 3072), rng=None):
        self.rng = np.random.default_rng() if rng is None else rng
        self.init_weights(dims)
        self.calls = 0

    def init_weights(self, dims):
        self.C, self.D = dims
        self.W = self.rng.standard_normal((self.C, self.D)) * 0.0001
        self.b = np.zeros((self.C,))

    def forward(self, X):
        self.calls += 1
        self.X = X
        self.scores = X.dot(self.W.T) + self.b
        self.scores -= np.max(self.scores, axis=1)[:, None]
        self.exp = np.exp(np.clip(self.scores, -700, 0))
        self.total = self.exp.sum(axis=1)
        self.probs = self.exp / self.total[:, None]
        return self.probs

    def loss(self, X, y, reg=0.0):
        self.forward(X)
        self.data_loss = np.mean(np.log(self.total) - self.scores[np.arange(X.shape[0]), y])
        self.reg_loss = 0.5 * reg * np.sum(self.W * self.W)
        return self.data_loss + self.reg_loss

    def loss_and_grad(self, X, y, reg=0.0):
        num_classes = self.W.shape[0]
        loss = self.loss(X, y, reg)
        self.grad_W, self.grad_b = np.zeros(self.W.shape), np.zeros(num_classes)
        for i in tqdm(range(X.shape[0]), disable=True):
            for j in range(num_classes):
                if y[i] == j:
                    self.grad_W[j, :] += (self.probs[i, j] - 1) * X[i, :]
                    self.grad_b[j] += self.probs[i, j] - 1
                else:
                    self.grad_W[j, :] += self.probs[i, j] * X[i, :]
                    self.grad_b[j] += self.probs[i, j]
        self.grad_W /= X.shape[0]
        self.grad_b /= X.shape[0]
        self.grad_W += reg * self.W
        print("slow loss", loss)
        return loss, self.grad_W, self.grad_b

    def fast_loss_and_grad(self, X, y, reg=0.0):
        loss = self.loss(X, y, reg)
        self.delta = self.probs.copy()
        self.delta[range(X.shape[0]), y] -= 1
        self.delta /= X.shape[0]
        return loss, self.delta.T.dot(X) + reg * self.W, self.delta.sum(axis=0)

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        rng = self.rng if rng is None else rng
        self.loss_history = []
        self.order = []
        for self.iteration in range(num_iters):
            if len(self.order) == 0:
                self.order = rng.permutation(X.shape[0])
            self.batch, self.order = self.order[:batch_size], self.order[batch_size:]
            X_batch, y_batch = X[self.batch], y[self.batch]
            loss, dW, db = self.fast_loss_and_grad(X_batch, y_batch, reg)
            self.loss_history.append(loss)
            self.W = self.W - learning_rate * dW
            self.b = self.b - learning_rate * db
            if self.iteration % 20 == 0:
                print(f"iteration {self.iteration} / {num_iters}: loss {loss}")
        return self.loss_history

    def predict(self, X):
        np.zeros(X.shape[0])
        return np.argmax(self.forward(X), axis=1)
