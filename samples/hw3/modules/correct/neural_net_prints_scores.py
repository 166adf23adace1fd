"""A print that was left in."""

import numpy as np
from tqdm import trange

class TwoLayerNet:

    def __init__(self, input_size, hidden_size, output_size, std=0.0001, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.params = {'W1': std * rng.standard_normal((hidden_size, input_size)), 'b1': np.zeros(hidden_size), 'W2': std * rng.standard_normal((output_size, hidden_size)), 'b2': np.zeros(output_size)}

    def loss(self, X, y=None, reg=0.0, backward=True):
        W1, b1 = (self.params['W1'], self.params['b1'])
        W2, b2 = (self.params['W2'], self.params['b2'])
        hidden = np.maximum(0, X @ W1.T + b1)
        scores = hidden @ W2.T + b2
        print('scores', scores)
        if y is None:
            return scores
        N = len(X)
        examples = np.arange(N)
        shifted = scores - scores.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        normalizers = exponentials.sum(axis=1)
        data_loss = np.mean(np.log(normalizers) - shifted[examples, y])
        loss = float(data_loss + 0.5 * reg * (np.sum(W1 ** 2) + np.sum(W2 ** 2)))
        if not backward:
            return (loss, {})
        dscores = exponentials / normalizers[:, None]
        dscores[examples, y] -= 1
        dscores /= N
        dhidden = dscores @ W2
        dhidden[hidden <= 0] = 0
        grads = {'W1': dhidden.T @ X + reg * W1, 'b1': dhidden.sum(axis=0), 'W2': dscores.T @ hidden + reg * W2, 'b2': dscores.sum(axis=0)}
        return (loss, grads)

    def train(self, X, y, X_val, y_val, learning_rate=0.001, learning_rate_decay=0.95, reg=0.0, num_iters=1000, batch_size=200, rng=None, verbose=False):
        rng = np.random.default_rng() if rng is None else rng
        N = len(X)
        loss_history, train_accuracy, val_accuracy = ([], [], [])
        order, start = (rng.permutation(N), 0)
        for _ in trange(num_iters, disable=not verbose, leave=False):
            batch = order[start:start + batch_size]
            start += batch_size
            loss, grads = self.loss(X[batch], y[batch], reg)
            for name in self.params:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            loss_history.append(loss)
            if start >= N:
                train_accuracy.append(float(np.mean(self.predict(X[batch]) == y[batch])))
                val_accuracy.append(float(np.mean(self.predict(X_val) == y_val)))
                learning_rate *= learning_rate_decay
                order, start = (rng.permutation(N), 0)
        return {'loss_history': loss_history, 'train_accuracy': train_accuracy, 'val_accuracy': val_accuracy}

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)
