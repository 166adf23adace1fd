"""The layers of a fully connected network, with normalization and dropout: each is a forward function and, beside it, its backward function.

    out, cache = affine_forward(x, w, b)            forward keeps in `cache` what backward will need
    dx, dw, db = affine_backward(upstream, cache)   one gradient for each input, of that input's own shape

`upstream` is the gradient of the loss with respect to `out` and has its shape. A layer multiplies it by its own
local gradient and passes the result down. It need not know what the loss is, nor which layers come before or after.

Shapes: N examples, D inputs, M outputs, C classes. No function changes its arguments. All compute in the precision
that they are given: float32 in, float32 out. Dropout alone may also return float64.
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


def batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization (Ioffe and Szegedy, 2015, algorithm 1).

    In training, every feature is standardized with its mean and its **biased** variance (divided by N) over the batch:

        x_hat = (x - mu) / sqrt(var + eps),      out = gamma * x_hat + beta,

    and the running averages move a little towards the batch:

        running <- momentum * running + (1 - momentum) * batch

    In test mode the running averages take the place of the batch's mean and variance, and nothing is updated.

    Args:
        x: (N, D).
        gamma: scales, (D,).
        beta: shifts, (D,).
        bn_param: a dict with
            mode: "train" or "test".
            eps: added to the variance, 1e-5 where it is missing.
            momentum: of the running averages, 0.9 where it is missing.
            running_mean, running_var: running averages, (D,). Zeros where they are missing. Training stores the new
                ones here.

    Returns:
        out: (N, D).
        cache: whatever `batchnorm_backward` will need, where mode is "train"; anything in test mode.

    Raises:
        ValueError: mode is neither "train" nor "test".
    """
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(f'mode must be "train" or "test", not {mode!r}')
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    # --- layers.batchnorm_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.batchnorm_forward")


def batchnorm_backward(upstream, cache):
    """Backward pass of batch normalization, step by step through its graph.

    With a = x - mu, e = var + eps, c = sqrt(e), b = 1 / c, x_hat = a b: mu and var are functions of x too, so gradients
    come back to x on three paths, and they add.

    Args:
        upstream: gradient of the loss with respect to the output, (N, D).
        cache: from `batchnorm_forward` in training mode.

    Returns:
        dx: (N, D).
        dgamma: (D,).
        dbeta: (D,).
    """
    # --- layers.batchnorm_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.batchnorm_backward")


def batchnorm_backward_fast(upstream, cache):
    """The same gradients as `batchnorm_backward`, with dx in one expression that was simplified on paper first.

    Args:
        upstream: gradient of the loss with respect to the output, (N, D).
        cache: from `batchnorm_forward` in training mode.

    Returns:
        dx: (N, D).
        dgamma: (D,).
        dbeta: (D,).
    """
    # --- layers.batchnorm_backward_fast ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.batchnorm_backward_fast")


def layernorm_forward(x, gamma, beta, ln_param):
    """Forward pass of layer normalization (Ba, Kiros and Hinton, 2016).

    Every *example* is standardized with its own mean and biased variance over its D features. There are no running
    averages, and training and test are the same.

    Args:
        x: (N, D).
        gamma: scales, (D,).
        beta: shifts, (D,).
        ln_param: a dict with eps, added to the variance, 1e-5 where it is missing.

    Returns:
        out: (N, D).
        cache: whatever `layernorm_backward` will need.
    """
    eps = ln_param.get("eps", 1e-5)
    # --- layers.layernorm_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.layernorm_forward")


def layernorm_backward(upstream, cache):
    """Backward pass of layer normalization.

    Args:
        upstream: gradient of the loss with respect to the output, (N, D).
        cache: from `layernorm_forward`.

    Returns:
        dx: (N, D).
        dgamma: (D,).
        dbeta: (D,).
    """
    # --- layers.layernorm_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.layernorm_backward")


def dropout_forward(x, dropout_param):
    """Forward pass of inverted dropout (Srivastava et al., 2014).

    In training, every entry is kept with probability p, independently of all others, and divided by p; otherwise it is
    set to zero. So the mean stays what it was, and in test mode nothing has to be done: the output is x.

    Args:
        x: an array of any shape.
        dropout_param: a dict with
            p: probability of keeping an entry, above 0 and at most 1.
            mode: "train" or "test".
            rng: the `numpy.random.Generator` that decides, one random number for each entry.

    Returns:
        out: of x's shape.
        cache: whatever `dropout_backward` will need.

    Raises:
        ValueError: mode is neither "train" nor "test".
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(f'mode must be "train" or "test", not {mode!r}')
    # --- layers.dropout_forward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.dropout_forward")


def dropout_backward(upstream, cache):
    """Backward pass of inverted dropout.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `dropout_forward`, of either mode.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.dropout_backward ---
    # YOUR CODE HERE
    raise NotImplementedError("layers.dropout_backward")
