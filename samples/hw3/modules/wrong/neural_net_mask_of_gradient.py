"""The mask is that of the gradient that arrives."""

# must fail: neural_net.gradients

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

    def loss(self, X, y=None, reg=0.0, backward=True):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        z = X @ W1.T + b1
        h = np.maximum(z, 0)
        scores = h @ W2.T + b2
        if y is None:
            return scores
        N = X.shape[0]
        shifted = scores - scores.max(axis=1, keepdims=True)
        total = np.exp(shifted).sum(axis=1, keepdims=True)
        losses = np.log(total[:, 0]) - shifted[np.arange(N), y]
        loss = losses.mean() + 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        if not backward:
            return loss, {}
        p = np.exp(shifted) / total
        p[np.arange(N), y] -= 1
        p /= N
        dh = p @ W2
        dz = np.maximum(dh, 0)
        grads = {}
        grads["W2"] = p.T @ h + reg * W2
        grads["b2"] = p.sum(axis=0)
        grads["W1"] = dz.T @ X + reg * W1
        grads["b1"] = dz.sum(axis=0)
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
