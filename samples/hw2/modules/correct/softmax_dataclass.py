"""Type hints, a named tuple for the results, a property and a static method; the epoch is a generator."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Result(NamedTuple):
    loss: float
    dW: NDArray[np.floating]
    db: NDArray[np.floating]


class Softmax:
    W: NDArray[np.floating]
    b: NDArray[np.floating]

    def __init__(self, dims: tuple[int, int] = (10, 3072), rng: np.random.Generator | None = None) -> None:
        rng = rng or np.random.default_rng()
        self.W = rng.normal(0.0, 1e-4, size=dims)
        self.b = np.zeros(self.num_classes)

    @property
    def num_classes(self) -> int:
        return self.W.shape[0]

    @staticmethod
    def log_softmax(scores: NDArray[np.floating]) -> NDArray[np.floating]:
        shifted = scores - scores.max(axis=-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))

    def loss(self, X, y, reg: float = 0.0) -> float:
        log_p = self.log_softmax(X @ self.W.T + self.b)
        picked = np.take_along_axis(log_p, y[:, None], axis=1)
        return float(-picked.mean() + 0.5 * reg * float(np.sum(self.W**2)))

    def loss_and_grad(self, X, y, reg: float = 0.0) -> Result:
        loss, dW, db = 0.0, np.zeros_like(self.W), np.zeros_like(self.b)
        for x, label in zip(X, y, strict=True):
            log_p = self.log_softmax(self.W @ x + self.b)
            loss -= log_p[label]
            slope = np.exp(log_p)
            slope[label] -= 1
            dW += slope[:, None] * x
            db += slope
        n = len(X)
        return Result(loss / n + 0.5 * reg * np.sum(self.W**2), dW / n + reg * self.W, db / n)

    def fast_loss_and_grad(self, X, y, reg: float = 0.0) -> Result:
        log_p = self.log_softmax(X @ self.W.T + self.b)
        rows = np.arange(len(y))
        slope = np.exp(log_p)
        slope[rows, y] -= 1
        return Result(
            -np.mean(log_p[rows, y]) + 0.5 * reg * np.sum(self.W**2),
            slope.T @ X / len(y) + reg * self.W,
            slope.mean(axis=0),
        )

    @staticmethod
    def minibatches(n: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.integer]]:
        while True:
            shuffled = rng.permutation(n)
            yield from (shuffled[i : i + size] for i in range(0, n, size))

    def train(
        self, X, y, learning_rate=1e-3, num_iters=1000, batch_size=200, reg=0.0, rng=None, verbose=False
    ) -> list[float]:
        stream = self.minibatches(len(X), batch_size, rng if rng is not None else np.random.default_rng())
        history: list[float] = []
        for _, batch in zip(range(num_iters), stream, strict=False):
            result = self.fast_loss_and_grad(X[batch], y[batch], reg)
            self.W, self.b = self.W - learning_rate * result.dW, self.b - learning_rate * result.db
            history.append(result.loss)
        return history

    def predict(self, X) -> NDArray[np.integer]:
        return self.log_softmax(X @ self.W.T + self.b).argmax(axis=1)
