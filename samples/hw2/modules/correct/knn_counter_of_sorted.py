"""A Counter over sorted labels, so that its first entry among equals is the smallest; NaN replaced by 0."""

from collections import Counter

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        if norm is None:
            norm = np.linalg.norm
        num_test, num_train = X.shape[0], self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            for j in range(num_train):
                dists[i][j] = norm(np.subtract(X[i], self.X_train[j], dtype=np.float64))
        return dists

    def compute_L2_distances_vectorized(self, X):
        test = X.astype(np.float64)
        train = self.X_train.astype(np.float64)
        a2 = np.einsum("id,id->i", test, test)
        b2 = np.einsum("jd,jd->j", train, train)
        ab = np.einsum("id,jd->ij", test, train, optimize=True)
        with np.errstate(invalid="ignore"):
            dists = np.sqrt(a2[:, None] + b2[None, :] - 2 * ab)
        return np.nan_to_num(dists)

    def compute_distances_vectorized(self, X, ord):
        num_test, num_train = X.shape[0], self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for j in range(num_train):
            gaps = np.abs(X - self.X_train[j].astype(float))
            dists[:, j] = gaps.sum(1) if ord == 1 else gaps.max(1)
        return dists

    def predict_labels(self, dists, k=1):
        predicted = np.zeros(dists.shape[0], dtype=self.y_train.dtype)
        for i, row in enumerate(dists):
            closest = self.y_train[np.argsort(row)[:k]]
            predicted[i] = Counter(sorted(closest)).most_common(1)[0][0]
        return predicted
