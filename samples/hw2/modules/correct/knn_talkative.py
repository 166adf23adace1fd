"""Prints on the way, keeps everything on self, and has more methods and arguments than were asked for."""

import numpy as np


class KNN:
    def __init__(self, k=1, verbose=True):
        self.k, self.verbose = k, verbose
        self.history = []

    def say(self, text):
        if self.verbose:
            print(f"[KNN] {text}")

    def train(self, X, y):
        self.X_train = X
        self.y_train = y
        self.num_train, self.D = X.shape
        self.num_classes = int(y.max()) + 1

    def compute_distances(self, X, norm=None):
        if norm is None:
            norm = lambda x: np.sqrt(np.sum(x**2))  # noqa: E731
        self.num_test = X.shape[0]
        self.dists = np.zeros((self.num_test, self.num_train))
        for i in np.arange(self.num_test):
            self.say(f"test point {i} of {self.num_test}")
            for j in np.arange(self.num_train):
                self.difference = X[i].astype(float) - self.X_train[j].astype(float)
                self.dists[i, j] = norm(self.difference)
        return self.dists.copy()

    def compute_L2_distances_vectorized(self, X, norm=None):
        self.A = X * 1.0
        self.B = self.X_train * 1.0
        self.a = (self.A**2).sum(axis=1)[:, np.newaxis]
        self.b = (self.B**2).sum(axis=1)[np.newaxis, :]
        self.squares = np.abs(self.a + self.b - 2 * self.A.dot(self.B.T))
        print("smallest square:", self.squares.min())
        self.dists = np.sqrt(self.squares)
        return self.dists

    def compute_distances_vectorized(self, X, ord=1, blocks=7):
        self.dists = np.zeros((X.shape[0], self.num_train))
        for rows in np.array_split(np.arange(X.shape[0]), blocks):
            for row in rows:
                gap = np.absolute(self.X_train.astype(np.float64) - X[row])
                self.dists[row, :] = np.amax(gap, axis=1) if np.isinf(ord) else np.sum(gap, axis=1)
        return self.dists

    def predict_labels(self, dists, k=None):
        k = k or self.k
        self.predicted = np.zeros(dists.shape[0]).astype(int)
        for i in range(dists.shape[0]):
            closest_y = list(self.y_train[np.argsort(dists[i])][:k])
            best, most = None, 0
            for label in range(self.num_classes):
                if closest_y.count(label) > most:
                    best, most = label, closest_y.count(label)
            self.predicted[i] = best
        self.history.append((k, self.predicted))
        return self.predicted

    def predict(self, X, k=1):
        return self.predict_labels(self.compute_L2_distances_vectorized(X), k)
