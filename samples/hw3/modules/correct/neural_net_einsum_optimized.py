"""einsum that looks for an order of its own."""

import numpy as np
from tqdm import trange

class TwoLayerNet:

    def __init__(self, input_size, hidden_size, output_size, std=0.0001, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.params = {'W1': std * rng.standard_normal((hidden_size, input_size)), 'b1': np.zeros(hidden_size), 'W2': std * rng.standard_normal((output_size, hidden_size)), 'b2': np.zeros(output_size)}

    def loss(self, X, y=None, reg=0.0, backward=True):
        W1, b1 = (self.params['W1'], self.params['b1'])
        W2, b2 = (self.params['W2'], self.params['b2'])
        z = np.einsum('nd,hd->nh', X, W1, optimize=True) + b1
        hidden = z * (z > 0)
        scores = np.einsum('nh,ch->nc', hidden, W2, optimize='optimal') + b2
        if y is None:
            return scores
        N = X.shape[0]
        lse = np.logaddexp.reduce(scores, axis=1)
        loss = np.mean(lse - np.take_along_axis(scores, y[:, None], axis=1)[:, 0])
        loss = loss + reg / 2 * (np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2)
        if not backward:
            return (loss, {})
        p = np.exp(scores - lse[:, None])
        np.add.at(p, (np.arange(N), y), -1)
        p /= N
        back = np.einsum('nc,ch->nh', p, W2, optimize=True) * (z > 0)
        grads = dict(W1=np.einsum('nh,nd->hd', back, X, optimize=True) + reg * W1, b1=np.einsum('nh->h', back), W2=np.einsum('nc,nh->ch', p, hidden, optimize=True) + reg * W2, b2=np.einsum('nc->c', p))
        assert all((grads[k].shape == self.params[k].shape for k in grads))
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
