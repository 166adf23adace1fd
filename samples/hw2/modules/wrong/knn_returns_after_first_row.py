"""The return stands inside the loop: only the first test point gets its label."""

# must fail: knn.predict_labels

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        norm = np.linalg.norm if norm is None else norm
        test, train = np.asarray(X, float), np.asarray(self.X_train, float)
        dists = np.zeros((len(test), len(train)))
        for i, x in enumerate(test):
            for j, z in enumerate(train):
                dists[i, j] = norm(x - z)
        return dists

    def compute_L2_distances_vectorized(self, X):
        test, train = np.asarray(X, float), np.asarray(self.X_train, float)
        squares = np.sum(test**2, axis=1)[:, None] + np.sum(train**2, axis=1) - 2 * np.dot(test, train.T)
        return np.sqrt(np.clip(squares, 0, None))

    def compute_distances_vectorized(self, X, ord):
        test, train = np.asarray(X, float), np.asarray(self.X_train, float)
        return np.array([np.linalg.norm(train - x, ord=ord, axis=1) for x in test])

    def predict_labels(self, dists, k=1):
        predicted = np.zeros(dists.shape[0], dtype=int)
        for i in range(dists.shape[0]):
            predicted[i] = np.bincount(self.y_train[np.argsort(dists[i])[:k]]).argmax()
            return predicted
        return None
