"""Keeps float copies under its own names beside the given ones; while loops; nan_to_num for the root."""

import numpy as np


def _as_float(points):
    return np.asarray(points, dtype=np.float64)


class KNN:
    def __init__(self):
        self.k = None

    def train(self, X, y):
        self.X_train = X
        self.y_train = y
        self._points = _as_float(X).copy()
        self._squares = np.square(self._points).sum(axis=1)

    def compute_distances(self, X, norm=None):
        X = _as_float(X)
        dists = np.zeros(shape=(len(X), len(self._points)))
        i = 0
        while i < len(X):
            j = 0
            while j < len(self._points):
                difference = X[i] - self._points[j]
                dists[i, j] = np.sum(difference**2) ** 0.5 if norm is None else norm(difference)
                j += 1
            i += 1
        return dists

    def compute_L2_distances_vectorized(self, X):
        X = _as_float(X)
        with np.errstate(invalid="ignore"):
            dists = np.sqrt(
                np.square(X).sum(axis=1, keepdims=True) - 2 * X.dot(self._points.T) + self._squares
            )
        dists[np.isnan(dists)] = 0
        return dists

    def compute_distances_vectorized(self, X, ord):
        X = _as_float(X)
        dists = np.zeros((len(X), len(self._points)))
        step, start = 5, 0
        while start < len(X):
            gap = np.abs(X[start : start + step, None] - self._points[None])
            dists[start : start + step] = np.max(gap, axis=2) if np.isinf(ord) else np.sum(gap, axis=2)
            start += step
        return dists

    def predict_labels(self, dists, k=1):
        order = dists.argsort(axis=1)
        prediction = []
        for row in order:
            votes = [0] * (int(max(self.y_train)) + 1)
            for j in row[: min(k, len(row))]:
                votes[int(self.y_train[j])] += 1
            prediction.append(votes.index(max(votes)))
        return np.asarray(prediction)
