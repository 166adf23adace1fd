"""k-nearest neighbours, a classifier that learns by heart.

Shapes: `X_train` is (num_train, D) and `y_train` is (num_train,), integers 0 … C-1. New points arrive as
rows too, `X` of shape (num_test, D). Every matrix of distances is (num_test, num_train): row i belongs to
test point i, column j to training point j.

Pixels may arrive as they are stored, in uint8, whose arithmetic wraps around (in uint8, 3 - 5 is 254).
"""

import numpy as np


class KNN:
    """Give a point the label that most of its k nearest training points have."""

    def train(self, X, y):
        """Learn the training set by heart. (This one is given.)

        Args:
            X: (num_train, D), the training points.
            y: (num_train,), their labels, integers 0 … C-1.
        """
        self.X_train = X
        self.y_train = y

    def compute_distances(self, X, norm=None):
        """Distance of every test point to every training point, with two plain loops.

        Slow, and worth having: it is so simple that you can trust it, and measure the faster ones against it.

        Args:
            X: (num_test, D), the test points.
            norm: a function that takes a vector (D,) and returns its length, a number. None means the
                2-norm, √(Σ vᵢ²).

        Returns:
            (num_test, num_train) array of floats; entry [i, j] is norm(X[i] - X_train[j]).
        """
        # --- knn.compute_distances ---
        # YOUR CODE HERE
        raise NotImplementedError("knn.compute_distances")

    def compute_L2_distances_vectorized(self, X):
        """The same 2-norm distances without any Python loop, at the speed of a matrix product.

        No `for`, no `while`, no comprehension; and no array of shape (num_test, num_train, D) on the way, nor
        any other of that size. Equal points must come out at distance 0 (or a hair above, from rounding),
        never as NaN, and uint8 pixels must give the same distances as the same numbers in floating point.

        Args:
            X: (num_test, D), the test points; floats or integers, uint8 included.

        Returns:
            (num_test, num_train) array of floats.
        """
        # --- knn.compute_L2_distances_vectorized ---
        # YOUR CODE HERE
        raise NotImplementedError("knn.compute_L2_distances_vectorized")

    def compute_distances_vectorized(self, X, ord):
        """Distances in the 1-norm or the ∞-norm, at NumPy's speed and in little memory.

        These norms have no matrix product to hide behind: the differences must be formed. All of them at once
        would fill the computer's memory, so work block by block: a loop over *blocks* of points is welcome,
        a loop over all *pairs* is what we want to leave behind.

        Args:
            X: (num_test, D), the test points; floats or integers, uint8 included.
            ord: 1 for the 1-norm Σ|vᵢ|, or np.inf for the ∞-norm max|vᵢ|.

        Returns:
            (num_test, num_train) array of floats, for any number of points, whether or not the blocks fit evenly.
        """
        # --- knn.compute_distances_vectorized ---
        # YOUR CODE HERE
        raise NotImplementedError("knn.compute_distances_vectorized")

    def predict_labels(self, dists, k=1):
        """Let the k nearest training points vote on the label of every test point.

        The label with the most votes wins; among labels with equally many votes, the smallest label. When k is
        larger than the number of training points, all of them vote.

        Args:
            dists: (num_test, num_train), as the methods above return it.
            k: how many neighbours vote, at least 1.

        Returns:
            (num_test,) array of integers, the predicted labels.
        """
        # --- knn.predict_labels ---
        # YOUR CODE HERE
        raise NotImplementedError("knn.predict_labels")
