"""The classifiers of this homework, written by you: `knn` and `softmax`."""
