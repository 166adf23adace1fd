"""Builds the (num_test, num_train, D) array inside np.linalg.norm."""

# must fail: knn.compute_L2_distances_vectorized

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        if norm is None:

            def norm(v):
                return np.sqrt(np.sum(v**2))

        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = norm(X[i] - self.X_train[j])
        return dists

    def compute_L2_distances_vectorized(self, X):
        return np.linalg.norm(X[:, None].astype(float) - self.X_train[None].astype(float), axis=-1)

    def compute_distances_vectorized(self, X, ord):
        A, B = X.astype(np.float64), self.X_train.astype(np.float64)
        dists = np.zeros((len(A), len(B)))
        for i in range(len(A)):
            difference = np.abs(A[i] - B)
            dists[i] = difference.sum(axis=1) if ord == 1 else difference.max(axis=1)
        return dists

    def predict_labels(self, dists, k=1):
        predictions = np.zeros(dists.shape[0], dtype=int)
        for i in range(dists.shape[0]):
            closest = self.y_train[np.argsort(dists[i])[:k]]
            predictions[i] = np.argmax(np.bincount(closest))
        return predictions
