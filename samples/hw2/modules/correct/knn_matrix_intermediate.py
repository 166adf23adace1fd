"""np.matrix on the way to the squares, an array on the way out; labels of type int32."""

import numpy as np


class KNN:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        norm = norm or (lambda v: np.sqrt((np.matrix(v) * np.matrix(v).T)[0, 0]))
        points, known = X.astype("float64"), self.X_train.astype("float64")
        table = np.matrix(np.zeros((points.shape[0], known.shape[0])))
        for row in range(table.shape[0]):
            for column in range(table.shape[1]):
                table[row, column] = norm(points[row, :] - known[column, :])
        return np.asarray(table)

    def compute_L2_distances_vectorized(self, X):
        A = np.matrix(X, dtype=float)
        B = np.matrix(self.X_train, dtype=float)
        a = np.matrix(np.sum(np.square(X.astype(float)), axis=1)).T
        b = np.matrix(np.sum(np.square(self.X_train.astype(float)), axis=1))
        return np.sqrt(np.array(a + b - 2 * A * B.T).clip(min=0))

    def compute_distances_vectorized(self, X, ord):
        known = np.array(self.X_train, dtype=float)
        rows = []
        for point in np.array(X, dtype=float):
            rows.append(np.linalg.norm(known - point, ord=ord, axis=1))
        return np.vstack(rows)

    def predict_labels(self, dists, k=1):
        order = dists.argsort(axis=1)
        labels = np.zeros(dists.shape[0], dtype=np.int32)
        for i in np.arange(dists.shape[0]):
            votes = np.matrix(np.bincount(self.y_train[order[i, :k]]))
            labels[i] = votes.argmax()
        return labels
