"""train keeps floats and squares besides the points; labels by np.apply_along_axis."""

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y
        self._floats = X.astype(float)
        self._squares = (self._floats**2).sum(axis=1)

    def compute_distances(self, X, norm=None):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i, x in enumerate(X):
            for j, z in enumerate(self._floats):
                dists[i, j] = np.sqrt(np.sum((x - z) ** 2)) if norm is None else norm(x - z)
        return dists

    def compute_L2_distances_vectorized(self, X):
        X = X.astype(float)
        squares = (X**2).sum(axis=1).reshape(-1, 1) - 2 * X @ self._floats.T + self._squares
        return np.sqrt(squares * (squares > 0))

    def compute_distances_vectorized(self, X, ord):
        X = X.astype(float)
        reduce = np.sum if ord == 1 else np.max
        rows = [reduce(np.abs(self._floats - x), axis=1) for x in X]
        return np.stack(rows, axis=0)

    def predict_labels(self, dists, k=1):
        nearest = self.y_train[np.argsort(dists, axis=1)[:, :k]]
        return np.apply_along_axis(lambda votes: np.bincount(votes).argmax(), 1, nearest)
