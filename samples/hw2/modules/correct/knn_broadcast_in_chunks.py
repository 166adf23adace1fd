"""Broadcasting in chunks of a few test points, np.linalg.norm along an axis, np.unique for the counts."""

import numpy as np


class KNN:
    CHUNK = 2_000_000  # numbers in a temporary

    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        def length(v):
            return np.sqrt(v.dot(v))

        if norm is not None:
            length = norm
        X, Z = X.astype(float), self.X_train.astype(float)
        dists = np.zeros((X.shape[0], Z.shape[0]))
        i = 0
        while i < X.shape[0]:
            j = 0
            while j < Z.shape[0]:
                dists[i, j] = length(Z[j] - X[i])
                j += 1
            i += 1
        return dists

    def compute_L2_distances_vectorized(self, X):
        X, Z = X.astype(float), self.X_train.astype(float)
        products = np.matmul(X, Z.transpose())
        squares = np.add.outer(np.power(X, 2).sum(-1), np.power(Z, 2).sum(-1)) - (products + products)
        return np.sqrt(np.where(squares > 0, squares, 0))

    def compute_distances_vectorized(self, X, ord):
        X, Z = X.astype(np.float32), self.X_train.astype(np.float32)
        step = max(self.CHUNK // Z.size, 1)
        parts = [
            np.linalg.norm(X[start : start + step, np.newaxis] - Z[np.newaxis], ord=ord, axis=2)
            for start in range(0, len(X), step)
        ]
        return np.concatenate(parts, axis=0)

    def predict_labels(self, dists, k=1):
        predictions = np.empty(dists.shape[0], dtype="int64")
        for i in range(dists.shape[0]):
            values, counts = np.unique(self.y_train[np.argsort(dists[i])[0:k]], return_counts=True)
            predictions[i] = values[counts == counts.max()].min()
        return predictions
