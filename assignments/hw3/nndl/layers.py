"""The layers of a fully connected network: each is a forward function and, beside it, its backward function.

    out, cache = affine_forward(x, w, b)            forward keeps in `cache` what backward will need
    dx, dw, db = affine_backward(upstream, cache)   one gradient for each input, of that input's own shape

`upstream` is the gradient of the loss with respect to `out` and has its shape. A layer multiplies it by its own
local gradient and passes the result down. It need not know what the loss is, nor which layers come before or after.

Shapes: N examples, D inputs, M outputs, C classes. No function changes its arguments. All compute in the precision
that they are given: float32 in, float32 out.
"""

import numpy as np


def affine_forward(x, w, b):
    """Forward pass of the affine (fully connected) layer: every output is a weighted sum of all inputs plus a bias.

    Each example is flattened to a row of D = d1 * d2 * ... numbers first.

    Args:
        x: examples, (N, d1, d2, ...).
        w: weights, (M, D): one row for each output.
        b: biases, (M,).

    Returns:
        out: (N, M).
        cache: whatever `affine_backward` will need.
    """
    # --- layers.affine_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.affine_forward")


def affine_backward(upstream, cache):
    """Backward pass of the affine layer.

    Args:
        upstream: gradient of the loss with respect to the layer's output, (N, M).
        cache: from `affine_forward`.

    Returns:
        dx: gradient with respect to x, in x's own shape (N, d1, d2, ...).
        dw: gradient with respect to w, (M, D).
        db: gradient with respect to b, (M,).
    """
    # --- layers.affine_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.affine_backward")


def relu_forward(x):
    """Forward pass of the rectified linear unit: max(0, x), entry by entry.

    Args:
        x: an array of any shape.

    Returns:
        out: of x's shape.
        cache: whatever `relu_backward` will need.
    """
    # --- layers.relu_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.relu_forward")


def relu_backward(upstream, cache):
    """Backward pass of the rectified linear unit. Where x is exactly zero, 0 and 1 are both right as its slope.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `relu_forward`.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.relu_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.relu_backward")


def softmax_loss(x, y):
    """The softmax (cross-entropy) loss, the mean over the examples, and its gradient.

    It must stay finite and exact for scores as large as 10,000.

    Args:
        x: scores, (N, C).
        y: labels, (N,) integers 0 ... C-1.

    Returns:
        loss: one number.
        dx: gradient of the loss with respect to x, (N, C).
    """
    # --- layers.softmax_loss ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.softmax_loss")


def svm_loss(x, y):
    """The multiclass support vector machine (hinge) loss with margin 1, the mean over the examples, and its gradient.

    An example with scores s and label y costs the sum over all j other than y of max(0, 1 + s_j - s_y).

    Args:
        x: scores, (N, C).
        y: labels, (N,) integers 0 ... C-1.

    Returns:
        loss: one number.
        dx: gradient of the loss with respect to x, (N, C).
    """
    # --- layers.svm_loss ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.svm_loss")
