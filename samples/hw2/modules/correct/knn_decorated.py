"""Decorators turn the points into floats and count the calls; closures do the rest."""

import functools
import time

import numpy as np


def in_floats(method):
    @functools.wraps(method)
    def wrapper(self, X, *args, **kwargs):
        before = self.X_train
        self.X_train = np.asarray(before, dtype=np.float64)
        try:
            return method(self, np.asarray(X, dtype=np.float64), *args, **kwargs)
        finally:
            self.X_train = before

    return wrapper


def timed(method):
    @functools.wraps(method)
    def wrapper(*args, **kwargs):
        start = time.time()
        result = method(*args, **kwargs)
        wrapper.seconds = time.time() - start
        return result

    return wrapper


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    @timed
    @in_floats
    def compute_distances(self, X, norm=None):
        def two_norm(v):
            return np.sqrt((v**2).sum())

        def row_of(x):
            return [(norm or two_norm)(x - z) for z in self.X_train]

        return np.array([row_of(x) for x in X])

    @timed
    @in_floats
    def compute_L2_distances_vectorized(self, X):
        squares = -2 * np.inner(X, self.X_train)
        squares += np.linalg.norm(X, axis=1)[:, None] ** 2
        squares += np.linalg.norm(self.X_train, axis=1) ** 2
        squares[squares < 1e-8] = 0
        return np.sqrt(squares)

    @timed
    @in_floats
    def compute_distances_vectorized(self, X, ord):
        collect = {1: np.add.reduce, np.inf: np.maximum.reduce}[ord]
        buffer = np.empty_like(self.X_train)
        dists = np.empty((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            np.subtract(self.X_train, X[i], out=buffer)
            np.abs(buffer, out=buffer)
            dists[i] = collect(buffer, axis=1)
        return dists

    def predict_labels(self, dists, k=1):
        def winner(row):
            votes = self.y_train[np.argsort(row)[:k]]
            return max(sorted(set(votes.tolist())), key=votes.tolist().count)

        return np.array(list(map(winner, dists)))
