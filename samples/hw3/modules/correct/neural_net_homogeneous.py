"""Biases as a column of weights."""

import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.params = {
            "W1": std * rng.standard_normal((hidden_size, input_size)),
            "b1": np.zeros(hidden_size),
            "W2": std * rng.standard_normal((output_size, hidden_size)),
            "b2": np.zeros(output_size),
        }

    def forward(self, X):
        ones = np.ones((len(X), 1), dtype=X.dtype)
        self.X1 = np.hstack([X, ones])
        V1 = np.column_stack([self.params["W1"], self.params["b1"]])
        hidden = self.X1 @ V1.T
        self.H1 = np.hstack([hidden * (hidden > 0), ones])
        self.V2 = np.column_stack([self.params["W2"], self.params["b2"]])
        return self.H1 @ self.V2.T

    def loss(self, X, y=None, reg=0.0, backward=True):
        scores = self.forward(X)
        if y is None:
            return scores
        top = scores.max(1, keepdims=True)
        normalizer = top + np.log(np.exp(scores - top).sum(1, keepdims=True))
        loss = (normalizer - np.take_along_axis(scores, y[:, None], 1)).mean()
        for name, value in self.params.items():
            if name.startswith("W"):
                loss += reg / 2 * (value**2).sum()
        if not backward:
            return loss, {}
        G = np.exp(scores - normalizer)
        np.subtract.at(G, (np.arange(len(y)), y), 1)
        G = G / np.float32(len(y))
        dV2 = G.T @ self.H1
        D = (G @ self.V2)[:, :-1]
        D = np.where(self.H1[:, :-1] > 0, D, np.zeros_like(D))
        dV1 = D.T @ self.X1
        grads = {"W1": dV1[:, :-1], "b1": dV1[:, -1], "W2": dV2[:, :-1], "b2": dV2[:, -1]}
        for name in ("W1", "W2"):
            grads[name] = grads[name] + reg * self.params[name]
        return loss, grads

    def train(
        self,
        X,
        y,
        X_val,
        y_val,
        learning_rate=1e-3,
        learning_rate_decay=0.95,
        reg=0.0,
        num_iters=1000,
        batch_size=200,
        rng=None,
        verbose=False,
    ):
        rng = np.random.default_rng() if rng is None else rng
        N = X.shape[0]
        losses, train_accuracy, val_accuracy = [], [], []
        order = rng.permutation(N)
        start = 0
        for _ in range(num_iters):
            batch = order[start : start + batch_size]
            start += batch_size
            loss, grads = self.loss(X[batch], y[batch], reg)
            for name in grads:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            losses.append(loss)
            if start >= N:
                train_accuracy.append(np.mean(self.predict(X[batch]) == y[batch]))
                val_accuracy.append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
                order, start = rng.permutation(N), 0
        return {"loss_history": losses, "train_accuracy": train_accuracy, "val_accuracy": val_accuracy}

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)
