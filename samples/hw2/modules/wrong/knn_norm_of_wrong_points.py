"""Test point j and training point i: the indices are exchanged."""

# must fail: knn.compute_distances

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        norm = np.linalg.norm if norm is None else norm
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = norm(X[j % len(X)] - self.X_train[i % len(self.X_train)])
        return dists

    def compute_L2_distances_vectorized(self, X):
        test, train = np.asarray(X, float), np.asarray(self.X_train, float)
        squares = np.sum(test**2, axis=1)[:, None] + np.sum(train**2, axis=1) - 2 * np.dot(test, train.T)
        return np.sqrt(np.clip(squares, 0, None))

    def compute_distances_vectorized(self, X, ord):
        test, train = np.asarray(X, float), np.asarray(self.X_train, float)
        return np.array([np.linalg.norm(train - x, ord=ord, axis=1) for x in test])

    def predict_labels(self, dists, k=1):
        nearest = np.argsort(dists, axis=1)[:, :k]
        return np.array([np.bincount(self.y_train[row]).argmax() for row in nearest])
