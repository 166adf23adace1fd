"""The loops fill a (num_train, num_test) matrix."""

# must fail: knn.compute_distances

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
        return dists.T

    def compute_L2_distances_vectorized(self, X):
        A, B = X.astype(np.float64), self.X_train.astype(np.float64)
        squares = (A**2).sum(1, keepdims=True) + (B**2).sum(1) - 2 * A.dot(B.T)
        squares[squares < 0] = 0
        return np.sqrt(squares)

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
