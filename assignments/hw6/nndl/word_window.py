"""Words as vectors, windows of words, and what can be learned from them.

A sentence is an array of row numbers, (T,): word number i of the vocabulary has row i of the matrix of word vectors
L, (V, d). (The lecture has one word per column.) Row 0 belongs to the padding that stands before the first and after
the last word of a sentence. A window of `context` words on either side has K = 2 * context + 1 words.

The lookup, the score and the soft cross-entropy compute in the precision that they are given: float32 in, float32 out.
A backward function only reads its cache: called again, it gives the same again.

The functions are in the order of word_window_ner.ipynb.
"""

import numpy as np


def windows(words, context=2, padding=0):
    """The window around every word of a sentence.

    Args:
        words: row numbers of the words, (T,) integers, T at least 1.
        context: how many words a window has on either side of its centre; 0 or more.
        padding: the row number that stands where there is no word.

    Returns:
        Row numbers, (T, 2 * context + 1) integers: row t holds the window whose centre is word t, in reading order.
    """
    # --- word_window.windows ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.windows")


def lookup_forward(L, X):
    """The vectors of the words of each window, one behind the other.

    Args:
        L: word vectors, (V, d).
        X: windows of row numbers, (N, K) integers.

    Returns:
        out: (N, K * d): in every row first the d numbers of the window's first word, then those of its second, …
        cache: whatever `lookup_backward` will need.
    """
    # --- word_window.lookup_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.lookup_forward")


def lookup_backward(upstream, cache):
    """The gradient of the word vectors: whatever reaches a word, in any window and at any place, is added up.

    Args:
        upstream: gradient of the loss with respect to the output, (N, K * d).
        cache: from `lookup_forward`.

    Returns:
        dL: (V, d). Rows of words that stand in no window are zero.
    """
    # --- word_window.lookup_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.lookup_backward")


def score_forward(x, W, b, u):
    """One score for each window:  z = W x + b,  h = tanh(z),  s = uᵀ h.

    Args:
        x: windows as vectors, (N, D).
        W: weights, (H, D).
        b: biases, (H,).
        u: weights of the score, (H,).

    Returns:
        s: scores, (N,).
        cache: whatever `score_backward` will need.
    """
    # --- word_window.score_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.score_forward")


def score_backward(upstream, cache):
    """Backward pass of the score, by way of the error signal δ, the gradient with respect to z.

    Args:
        upstream: gradient of the loss with respect to the scores, (N,).
        cache: from `score_forward`.

    Returns:
        dx: (N, D).
        dW: (H, D).
        db: (H,).
        du: (H,).
    """
    # --- word_window.score_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.score_backward")


def max_margin_loss(s, s_corrupt):
    """The mean of  max(0, 1 − s + s_corrupt):  a true window should score at least 1 more than its corrupted partner.

    Args:
        s: scores of the true windows, (N,).
        s_corrupt: scores of their partners, (N,).

    Returns:
        loss: one number.
        ds: its gradient with respect to s, (N,).
        ds_corrupt: its gradient with respect to s_corrupt, (N,).
    """
    # --- word_window.max_margin_loss ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.max_margin_loss")


def soft_cross_entropy(scores, targets):
    """Softmax, and the mean over the examples of the cross-entropy  −Σ t log p  with any target distributions.

    Args:
        scores: (N, C), of any size: 10,000 is no problem, and neither is −10,000.
        targets: (N, C), not negative, rows that add up to 1. One 1 and zeros is the ordinary case.

    Returns:
        loss: one number.
        dscores: its gradient with respect to the scores, (N, C).
    """
    # --- word_window.soft_cross_entropy ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.soft_cross_entropy")


class WindowClassifier:
    """Word vectors, one hidden layer of tanh units, softmax over the classes of the word in the middle.

    params: L (V, d) word vectors, W (H, K d) and b (H,) of the hidden layer, U (C, H) and c (C,) of the scores.

    Args:
        num_words: V, the padding included.
        num_classes: C.
        context: words on either side; K = 2 * context + 1.
        dim: d, length of a word vector.
        hidden: H, number of hidden units.
        rng: the `numpy.random.Generator` of the first weights and word vectors.
    """

    def __init__(self, num_words, num_classes=4, context=2, dim=16, hidden=32, *, rng):
        D = (2 * context + 1) * dim
        self.params = {
            "L": 0.01 * rng.standard_normal((num_words, dim)),
            "W": rng.standard_normal((hidden, D)) / np.sqrt(D),
            "b": np.zeros(hidden),
            "U": rng.standard_normal((num_classes, hidden)) / np.sqrt(hidden),
            "c": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        """Scores, or the loss and its gradients.

        Args:
            X: windows of row numbers, (N, K) integers.
            y: labels of the words in the middle, (N,) integers 0 … C-1, or None.

        Returns:
            Without y: scores, (N, C). With y: the loss (softmax and cross-entropy, mean over the windows), and a
            dictionary with a gradient for every entry of `params`.
        """
        # --- word_window.loss ---
        # YOUR CODE HERE
        raise NotImplementedError("word_window.loss")


def confusion_matrix(y, predicted, num_classes):
    """How often each class was taken for each.

    Args:
        y: true labels, (N,) integers 0 … C-1.
        predicted: predicted labels, (N,) integers 0 … C-1.
        num_classes: C, also where some class does not occur.

    Returns:
        Counts, (C, C) integers: entry [i, j] says how many words of true class i were predicted to be class j.
    """
    # --- word_window.confusion_matrix ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.confusion_matrix")


def precision_recall_f1(confusion):
    """Three figures for each class, from a confusion matrix.

    Precision: the share of the words predicted to be of a class that are of it. Recall: the share of the words of a
    class that were found. F1: their harmonic mean, 2 P R / (P + R). Where one of them would be 0 / 0, it is 0.

    Args:
        confusion: counts, (C, C): true class down, predicted class across.

    Returns:
        precision: (C,).
        recall: (C,).
        f1: (C,).
    """
    # --- word_window.precision_recall_f1 ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.precision_recall_f1")


def nearest_words(L, row, k):
    """The words whose vectors point most nearly where this word's vector points.

    Args:
        L: word vectors, (V, d), none of them zero.
        row: row number of the word.
        k: how many neighbours, at most V - 1.

    Returns:
        Row numbers, (k,) integers, by falling cosine  aᵀb / (‖a‖ ‖b‖);  the word itself is not among them.
    """
    # --- word_window.nearest_words ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.nearest_words")


def principal_plane(L):
    """The word vectors in the plane in which they spread most (principal components), seen from their mean.

    Args:
        L: word vectors, (V, d), d at least 2.

    Returns:
        Coordinates, (V, 2): first along the direction of the largest variance, then along that of the largest variance
        at right angles to it. Either direction may be turned around.
    """
    # --- word_window.principal_plane ---
    # YOUR CODE HERE
    raise NotImplementedError("word_window.principal_plane")
