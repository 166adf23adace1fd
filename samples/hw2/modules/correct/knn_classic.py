"""Plain style of a first course: explicit loops, np.linalg.norm, Counter."""

from collections import Counter

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        if norm is None:
            norm = np.linalg.norm
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in np.arange(num_test):
            for j in np.arange(num_train):
                dists[i, j] = norm(X[i, :] - self.X_train[j, :])
        return dists

    def compute_L2_distances_vectorized(self, X):
        X = X.astype("float64")
        T = self.X_train.astype("float64")
        term1 = np.sum(np.square(X), axis=1).reshape(-1, 1)
        term2 = np.sum(np.square(T), axis=1).reshape(1, -1)
        term3 = -2 * np.dot(X, T.T)
        return np.sqrt(np.clip(term1 + term2 + term3, 0, None))

    def compute_distances_vectorized(self, X, ord):
        num_test = X.shape[0]
        dists = np.zeros((num_test, self.X_train.shape[0]))
        T = self.X_train.astype("float64")
        for i in range(num_test):
            dists[i, :] = np.linalg.norm(T - X[i, :].astype("float64"), ord=ord, axis=1)
        return dists

    def predict_labels(self, dists, k=1):
        num_test = dists.shape[0]
        y_pred = np.zeros(num_test)
        for i in range(num_test):
            closest_y = self.y_train[np.argsort(dists[i])][:k]
            count = Counter(closest_y.tolist())
            most = max(count.values())
            y_pred[i] = min(label for label, n in count.items() if n == most)
        return y_pred.astype(int)
