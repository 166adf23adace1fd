"""The softmax classifier: one linear score per class, trained to give the right class a high probability.

Write the five methods below in the order in which `softmax.ipynb` introduces them.

Shapes, the same everywhere: N examples, D features, C classes.

    X  (N, D)   one example per row            W  (C, D)   one row of weights per class
    y  (N,)     integer labels 0 ... C-1       b  (C,)     one bias per class

    scores = X @ W.T + b                       (N, C)      one row of scores per example
"""

import numpy as np
from tqdm import trange


class Softmax:
    """A linear classifier with the softmax (cross-entropy) loss.

    Attributes:
        W: weights, (C, D).
        b: biases, (C,).
    """

    def __init__(self, dims=(10, 3072), rng=None):
        """Start with small random weights and zero biases.

        Args:
            dims: `(num_classes, num_features)`, that is `(C, D)`.
            rng: the `numpy.random.Generator` that the weights are drawn from.
        """
        rng = np.random.default_rng() if rng is None else rng
        self.W = 1e-4 * rng.standard_normal(tuple(dims))  # (C, D)
        self.b = np.zeros(dims[0])  # (C,)

    def loss(self, X, y, reg=0.0):
        """The softmax loss of these examples under the present weights.

        The mean over the examples of  log sum_j exp(a_j) - a_y,  where a is the example's row of scores,
        plus half of reg times the sum of the squares of all entries of W. Biases are not regularized.

        It must stay finite and exact for scores as large as 10,000, also when the answer is wildly wrong.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers.
            reg: strength of the regularization.

        Returns:
            The loss, one number.
        """
        # --- softmax.loss ---
        ### BEGIN SOLUTION
        scores = X @ self.W.T + self.b  # (N, C)
        scores = scores - scores.max(axis=1, keepdims=True)
        right = scores[np.arange(len(y)), y]  # (N,)
        losses = np.log(np.exp(scores).sum(axis=1)) - right  # (N,)
        return float(losses.mean() + 0.5 * reg * np.sum(self.W**2))
        ### END SOLUTION

    def loss_and_grad(self, X, y, reg=0.0):
        """The loss and its gradients, one example at a time.

        Loop over the examples and add up what each contributes: this version is for being sure that the
        formula is right. Keep it as the yardstick for the fast one.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers.
            reg: strength of the regularization.

        Returns:
            loss: one number, the same as `loss(X, y, reg)`.
            dW: gradient of the loss with respect to W, (C, D).
            db: gradient of the loss with respect to b, (C,).
        """
        # --- softmax.loss_and_grad ---
        ### BEGIN SOLUTION
        N, C = len(X), len(self.b)
        loss, dW, db = 0.0, np.zeros_like(self.W), np.zeros_like(self.b)
        for x, label in zip(X, y, strict=True):
            scores = self.W @ x + self.b  # (C,)
            scores = scores - scores.max()
            normalizer = np.exp(scores).sum()
            loss += np.log(normalizer) - scores[label]
            for j in range(C):
                dscore = np.exp(scores[j]) / normalizer - (j == label)
                dW[j] += dscore * x
                db[j] += dscore
        loss = loss / N + 0.5 * reg * np.sum(self.W**2)
        return float(loss), dW / N + reg * self.W, db / N
        ### END SOLUTION

    def fast_loss_and_grad(self, X, y, reg=0.0):
        """The same loss and gradients as `loss_and_grad`, without any Python loop.

        It computes in the precision that it is given: when X, W and b are float32, so are dW and db.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers.
            reg: strength of the regularization.

        Returns:
            loss: one number.
            dW: gradient of the loss with respect to W, (C, D).
            db: gradient of the loss with respect to b, (C,).
        """
        # --- softmax.fast_loss_and_grad ---
        ### BEGIN SOLUTION
        N = len(X)
        examples = np.arange(N)
        scores = X @ self.W.T + self.b  # (N, C)
        scores = scores - scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        normalizers = exponentials.sum(axis=1)  # (N,)
        losses = np.log(normalizers) - scores[examples, y]  # (N,)
        loss = losses.mean() + 0.5 * reg * np.sum(self.W**2)

        dscores = exponentials / normalizers[:, None]  # (N, C)
        dscores[examples, y] -= 1
        dscores /= N
        dW = dscores.T @ X + reg * self.W  # (C, D)
        db = dscores.sum(axis=0)  # (C,)
        return float(loss), dW, db
        ### END SOLUTION

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ):
        """Improve W and b by minibatch gradient descent, starting from their present values.

        Each iteration takes the next `batch_size` examples of the epoch, computes the loss and gradients
        on them alone, and moves W and b a step against the gradients.

        An epoch is one pass over the examples in a new random order, so no example comes twice within an
        epoch. When fewer than `batch_size` examples are left, either use a shorter batch or leave them out
        and start the next epoch. When `batch_size` is N or more, every iteration uses each example once.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers.
            learning_rate: length of a step, as a multiple of the gradient.
            num_iters: number of iterations, that is of minibatches and of steps.
            batch_size: examples in a minibatch.
            reg: strength of the regularization.
            rng: the `numpy.random.Generator` that orders the examples. The same state gives the same run.
            verbose: show a progress bar (`trange(num_iters, disable=not verbose)` is a `range` with one).

        Returns:
            A list of `num_iters` numbers: the loss of each minibatch, just before the step taken on it.
        """
        rng = np.random.default_rng() if rng is None else rng
        # --- softmax.train ---
        ### BEGIN SOLUTION
        N = len(X)
        history = []
        order, start = rng.permutation(N), 0
        for _ in trange(num_iters, disable=not verbose, leave=False):
            if start >= N:
                order, start = rng.permutation(N), 0
            batch = order[start : start + batch_size]
            start += batch_size
            loss, dW, db = self.fast_loss_and_grad(X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            self.b = self.b - learning_rate * db
            history.append(loss)
        return history
        ### END SOLUTION

    def predict(self, X):
        """The most probable class of each example.

        Args:
            X: examples, (N, D).

        Returns:
            Labels, (N,) integers.
        """
        # --- softmax.predict ---
        ### BEGIN SOLUTION
        return np.argmax(X @ self.W.T + self.b, axis=1)
        ### END SOLUTION
