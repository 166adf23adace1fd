"""Fills the rows from i on again and again, which ends well; sorts pairs of distance and label."""

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        if norm is None:
            norm = np.linalg.norm
        X_test, X_train = np.float64(X), np.float64(self.X_train)
        dists = np.zeros((X_test.shape[0], X_train.shape[0]))
        for j in range(X_train.shape[0]):
            for i in range(X_test.shape[0]):
                dists[i, j] = norm(X_train[j] - X_test[i])
        return dists

    def compute_L2_distances_vectorized(self, X):
        X_test, X_train = np.float64(X), np.float64(self.X_train)
        first = np.sum(X_test * X_test, axis=1)
        second = np.sum(X_train * X_train, axis=1)
        dists = (first - 2 * X_train.dot(X_test.T) + second[:, None]).T
        return np.sqrt(np.maximum(dists, np.zeros_like(dists)))

    def compute_distances_vectorized(self, X, ord):
        X_test, X_train = np.float64(X), np.float64(self.X_train)
        dists = np.zeros((X_test.shape[0], X_train.shape[0]))
        for i in range(X_test.shape[0]):
            gaps = np.abs(X_train - X_test[i, :])
            dists[i:] = np.sum(gaps, 1) if ord == 1 else np.max(gaps, 1)
        return dists

    def predict_labels(self, dists, k=1):
        predicted = np.zeros((dists.shape[0],), dtype=int)
        for i in range(dists.shape[0]):
            pairs = sorted(zip(dists[i].tolist(), self.y_train.tolist(), strict=True))
            votes = [label for _, label in pairs[:k]]
            counts = [votes.count(label) for label in votes]
            predicted[i] = min(v for v, c in zip(votes, counts, strict=True) if c == max(counts))
        return predicted
