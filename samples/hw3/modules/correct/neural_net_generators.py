"""Minibatches from a generator, histories in a defaultdict of arrays, logaddexp for the loss, read-only gradients."""

from collections import defaultdict
from itertools import islice, pairwise

import numpy as np
from tqdm import trange


class TwoLayerNet:
    """affine - ReLU - affine - softmax.

    Attributes:
        params: a dict with W1 (H, D), b1 (H,), W2 (C, H), b2 (C,).
    """

    def __init__(self, input_size, hidden_size, output_size, std=1e-4, rng=None):
        """Start with small random weights and zero biases.

        Args:
            input_size: D, the number of features.
            hidden_size: H, the number of hidden units.
            output_size: C, the number of classes.
            std: standard deviation of the weights.
            rng: the `numpy.random.Generator` that the weights are drawn from.
        """
        rng = np.random.default_rng() if rng is None else rng
        self.params = {
            "W1": std * rng.standard_normal((hidden_size, input_size)),
            "b1": np.zeros(hidden_size),
            "W2": std * rng.standard_normal((output_size, hidden_size)),
            "b2": np.zeros(output_size),
        }

    def loss(self, X, y=None, reg=0.0, backward=True):
        """Scores; or, where labels are given, the loss and its gradients.

        The loss is the mean over the examples of the softmax loss  log sum_j exp(a_j) - a_y,  where a is the
        example's row of scores, plus half of reg times the sum of the squares of all entries of W1 and W2.
        Biases are not regularized. It must stay finite and exact for scores as large as 10,000.

        No Python loop over examples, units or classes. The precision is that of the input: when X and all
        parameters are float32, so are all gradients.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers, or None.
            reg: strength of the regularization.
            backward: whether to go back for the gradients; without them, `grads` is empty.

        Returns:
            The scores, (N, C), where y is None. Otherwise

            loss: one number.
            grads: a dict with the gradients of the loss: W1 (H, D), b1 (H,), W2 (C, H), b2 (C,). The next call
                leaves them as they are.
        """
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]

        # The scores, (N, C), and what the gradients will need on the way back.
        # --- neural_net.scores ---
        before = np.add(np.matmul(W1, X.T).T, b1)
        hidden = np.multiply(before, before > 0)
        scores = np.asfortranarray(np.add(np.dot(W2, hidden.T).T, b2))
        if y is None:
            return scores

        # The loss, one number: data and penalty.
        # --- neural_net.loss ---
        logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        right = np.take_along_axis(logs, y[:, None].astype(np.intp), axis=1)
        loss = np.asarray(reg * (np.linalg.norm(W1) ** 2 + np.vdot(W2, W2)) / 2 - np.mean(right))
        if not backward:
            return loss, {}

        # The gradients, a dict with the names and shapes of the parameters.
        # --- neural_net.gradients ---
        pull = np.exp(logs)
        np.add.at(pull, (np.arange(len(y)), y), -1)
        pull = pull * pull.dtype.type(1 / len(y))
        down = np.where(before > 0, np.matmul(pull, W2), pull.dtype.type(0))
        grads = defaultdict(lambda: None)
        for name, inputs, back in (("2", hidden, pull), ("1", X, down)):
            grads[f"b{name}"] = np.add.reduce(back)
            grads[f"W{name}"] = (inputs.T @ back).T + reg * self.params[f"W{name}"]
        for slope in grads.values():
            slope.setflags(write=False)
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
        """Improve the parameters by minibatch gradient descent, starting from their present values.

        Each iteration takes the next `batch_size` examples of the epoch, computes the loss and gradients on
        them alone, and moves every parameter a step against its gradient.

        An epoch is one pass over the examples in a new random order, so no example comes twice within an
        epoch. When fewer than `batch_size` examples are left, either use a shorter batch or leave them out
        and start the next epoch. When `batch_size` is N or more, every iteration is an epoch.

        At the end of every epoch, note the accuracies and multiply the learning rate by
        `learning_rate_decay`.

        Args:
            X: examples, (N, D).
            y: labels, (N,) integers.
            X_val: validation examples, (V, D).
            y_val: their labels, (V,) integers.
            learning_rate: length of a step, as a multiple of the gradient.
            learning_rate_decay: factor of the learning rate after each epoch.
            reg: strength of the regularization.
            num_iters: number of iterations, that is of minibatches and of steps.
            batch_size: examples in a minibatch.
            rng: the `numpy.random.Generator` that orders the examples. The same state gives the same run.
            verbose: show a progress bar (`trange(num_iters, disable=not verbose)` is a `range` with one).

        Returns:
            A dict of three lists:

            loss_history: the loss of each minibatch, just before the step taken on it; `num_iters` numbers.
            train_accuracy: at the end of each epoch, the share of right predictions in its last minibatch.
            val_accuracy: at the end of each epoch, the share of right predictions on X_val.
        """
        rng = np.random.default_rng() if rng is None else rng
        # --- neural_net.train ---
        history = defaultdict(list)
        for batch, last in islice(self._batches(len(X), batch_size, rng), num_iters):
            loss, slopes = self.loss(X[batch], y[batch], reg)
            history["loss_history"].append(loss)
            self.params = {name: w - learning_rate * slopes[name] for name, w in self.params.items()}
            if last:
                for kind, examples, labels in (("train", X[batch], y[batch]), ("val", X_val, y_val)):
                    hits = np.count_nonzero(self.predict(examples) == labels)
                    history[f"{kind}_accuracy"].append(np.float32(hits / len(labels)))
                learning_rate = learning_rate * learning_rate_decay
        for name in ("loss_history", "train_accuracy", "val_accuracy"):
            history[name] = np.asarray(history[name])
        return history

    @staticmethod
    def _batches(N, size, rng):
        while True:
            order = rng.choice(N, N, replace=False)
            for start, end in pairwise([*range(0, N, size), N]):
                yield order[start:end], end == N

    def predict(self, X):
        """The most probable class of each example.

        Args:
            X: examples, (N, D).

        Returns:
            Labels, (N,) integers.
        """
        # --- neural_net.predict ---
        scores = self.loss(X)
        return np.argmax(scores == scores.max(axis=1)[:, None], axis=1).astype(np.int16)
