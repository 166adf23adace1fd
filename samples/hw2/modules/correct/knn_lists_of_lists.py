"""Lists of lists that become arrays at the end, and a dictionary of counts with the tie rule in a sort key."""

import math

import numpy as np


class KNN:
    def __init__(self):
        pass

    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        if norm is None:
            norm = lambda v: math.sqrt(sum(float(a) * float(a) for a in v))  # noqa: E731
        result = []
        for x in X:
            line = []
            for z in self.X_train:
                line.append(norm(x.astype(float) - z.astype(float)))
            result.append(line)
        return np.array(result)

    def compute_L2_distances_vectorized(self, X):
        x = np.array(X, dtype=np.double)
        z = np.array(self.X_train, dtype=np.double)
        xx = np.tile((x * x).sum(1).reshape(-1, 1), (1, z.shape[0]))
        zz = np.tile((z * z).sum(1), (x.shape[0], 1))
        inside = xx - 2.0 * np.dot(x, np.transpose(z)) + zz
        inside[inside < 0.0] = 0.0
        return inside**0.5

    def compute_distances_vectorized(self, X, ord):
        x, z = np.array(X, dtype=np.double), np.array(self.X_train, dtype=np.double)
        if ord == 1:
            return np.array([np.abs(z - one).sum(axis=-1).tolist() for one in x])
        elif ord == np.inf:
            return np.array([np.abs(z - one).max(axis=-1).tolist() for one in x])
        return None

    def predict_labels(self, dists, k=1):
        answers = []
        for row in dists.tolist():
            nearest = sorted(range(len(row)), key=row.__getitem__)[:k]
            counts = {}
            for position in nearest:
                label = int(self.y_train[position])
                counts[label] = counts.get(label, 0) + 1
            ranking = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            answers.append(ranking[0][0])
        return np.array(answers)
