"""Affine, ReLU and softmax as helper functions with caches; gradients in a dict comprehension."""

import numpy as np


def affine(x, w, b):
    return x @ w.T + b, (x, w)


def affine_back(upstream, cache):
    x, w = cache
    return upstream @ w, upstream.T @ x, upstream.sum(0)


def softmax(scores, y):
    rows = np.arange(len(y))
    logs = scores - np.amax(scores, 1)[:, None]
    logs = logs - np.log(np.sum(np.exp(logs), 1))[:, None]
    slopes = np.exp(logs)
    slopes[rows, y] -= 1
    return -logs[rows, y].mean(), slopes / len(y)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.params = {
            "W1": std * rng.standard_normal((hidden_size, input_size)),
            "b1": np.zeros(hidden_size),
            "W2": std * rng.standard_normal((output_size, hidden_size)),
            "b2": np.zeros(output_size),
        }

    def loss(self, X, y=None, reg=0.0, backward=True):
        p = self.params
        a1, first = affine(X, p["W1"], p["b1"])
        a2, second = affine(a1.clip(min=0), p["W2"], p["b2"])
        if y is None:
            return a2
        loss, upstream = softmax(a2, np.asarray(y))
        loss = loss + sum(0.5 * reg * np.vdot(p[name], p[name]) for name in ("W1", "W2"))
        if not backward:
            return loss, None
        upstream, dW2, db2 = affine_back(upstream, second)
        _, dW1, db1 = affine_back(upstream * np.heaviside(a1, 0), first)
        return loss, {"b1": db1, "b2": db2, "W1": dW1 + reg * p["W1"], "W2": dW2 + reg * p["W2"]}

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
