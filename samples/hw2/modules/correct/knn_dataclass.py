"""A dataclass with type hints, a walrus and f-strings; labels of type uint8."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class KNN:
    X_train: Floats = field(default_factory=lambda: np.empty((0, 0)))
    y_train: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def train(self, X: Floats, y: NDArray[np.int64]) -> None:
        self.X_train, self.y_train = X, y

    def compute_distances(self, X: Floats, norm: Callable[[Floats], float] | None = None) -> Floats:
        measure = norm if norm is not None else (lambda v: float(np.hypot.reduce(v)))
        dists: Floats = np.zeros((num_test := len(X), num_train := len(self.X_train)))
        for i in range(num_test):
            for j in range(num_train):
                dists[i, j] = measure(np.asarray(X[i], float) - np.asarray(self.X_train[j], float))
        return dists

    def compute_L2_distances_vectorized(self, X: Floats) -> Floats:
        a, b = (np.asarray(points, dtype=float) for points in (X, self.X_train))
        centre = b.mean(axis=0)
        a, b = a - centre, b - centre
        squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * (a @ b.T)
        return np.sqrt(np.fmax(squares, 0.0))

    def compute_distances_vectorized(self, X: Floats, ord: float) -> Floats:
        assert ord in (1, np.inf), f"{ord!r} is neither 1 nor ∞"
        b = np.asarray(self.X_train, dtype=float)
        dists = np.empty((len(X), len(b)))
        for start in range(0, len(b), 64):
            block = b[start : (stop := start + 64)]
            for i, x in enumerate(X):
                gaps = np.fabs(block - x)
                dists[i, start:stop] = gaps.sum(1) if ord == 1 else gaps.max(1)
        return dists

    def predict_labels(self, dists: Floats, k: int = 1) -> NDArray[np.uint8]:
        nearest = self.y_train[np.argsort(dists, axis=1, kind="stable")[:, :k]]
        return np.array([np.argmax(np.bincount(row)) for row in nearest], dtype=np.uint8)
