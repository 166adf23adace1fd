"""The running variance averages the variance with eps in it, and test mode adds eps once more."""
# must fail: layers.batchnorm_forward

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
    rows = x.reshape(len(x), -1)  # (N, D)
    out = rows @ w.T + b  # (N, M)
    return out, (x, w)


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
    x, w = cache
    dx = (upstream @ w).reshape(x.shape)
    dw = upstream.T @ x.reshape(len(x), -1)  # (M, D)
    db = upstream.sum(axis=0)  # (M,)
    return dx, dw, db


def relu_forward(x):
    """Forward pass of the rectified linear unit: max(0, x), entry by entry.

    Args:
        x: an array of any shape.

    Returns:
        out: of x's shape.
        cache: whatever `relu_backward` will need.
    """
    # --- layers.relu_forward ---
    return np.maximum(x, 0), x


def relu_backward(upstream, cache):
    """Backward pass of the rectified linear unit. Where x is exactly zero, 0 and 1 are both right as its slope.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `relu_forward`.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.relu_backward ---
    return upstream * (cache > 0)


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
    N = len(x)
    examples = np.arange(N)
    shifted = x - x.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    normalizers = exponentials.sum(axis=1, keepdims=True)  # (N, 1)
    loss = np.mean(np.log(normalizers[:, 0]) - shifted[examples, y])
    dx = exponentials / normalizers  # (N, C)
    dx[examples, y] -= 1
    return float(loss), dx / N


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
    N = len(x)
    examples = np.arange(N)
    margins = np.maximum(0, 1 + x - x[examples, y][:, None])  # (N, C)
    margins[examples, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[examples, y] = -dx.sum(axis=1)
    return float(margins.sum() / N), dx / N


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
    if mode == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    mu = x.mean(axis=0)  # (D,)
    var = x.var(axis=0)  # (D,)
    inverse = 1 / np.sqrt(var + eps)
    x_hat = (x - mu) * inverse  # (N, D)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mu
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * (var + eps)
    return gamma * x_hat + beta, (x, gamma, mu, inverse, x_hat)


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
    x, gamma, mu, inverse, x_hat = cache
    N = len(x)
    dbeta = upstream.sum(axis=0)  # (D,)
    dgamma = (upstream * x_hat).sum(axis=0)  # (D,)
    dx_hat = upstream * gamma  # (N, D)
    da = dx_hat * inverse  # (N, D)
    db = (dx_hat * (x - mu)).sum(axis=0)  # (D,)
    dc = -db * inverse**2
    de = 0.5 * dc * inverse  # d sqrt(e) = 1 / (2 sqrt(e))
    dmu = -da.sum(axis=0) - 2 * de * (x - mu).mean(axis=0)
    dx = da + 2 * de * (x - mu) / N + dmu / N
    return dx, dgamma, dbeta


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
    _, gamma, _, inverse, x_hat = cache
    dbeta = upstream.sum(axis=0)  # (D,)
    dgamma = (upstream * x_hat).sum(axis=0)  # (D,)
    N = len(x_hat)
    dx = (gamma * inverse / N) * (N * upstream - dbeta - dgamma * x_hat)  # (N, D)
    return dx, dgamma, dbeta


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
    mu = x.mean(axis=1, keepdims=True)  # (N, 1)
    inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)  # (N, 1)
    x_hat = (x - mu) * inverse  # (N, D)
    return gamma * x_hat + beta, (gamma, inverse, x_hat)


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
    gamma, inverse, x_hat = cache
    dbeta = upstream.sum(axis=0)  # (D,)
    dgamma = (upstream * x_hat).sum(axis=0)  # (D,)
    dx_hat = upstream * gamma  # (N, D)
    along = (dx_hat * x_hat).mean(axis=1, keepdims=True)  # (N, 1)
    dx = inverse * (dx_hat - dx_hat.mean(axis=1, keepdims=True) - x_hat * along)
    return dx, dgamma, dbeta


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
    if mode == "test":
        return x, None
    mask = (dropout_param["rng"].random(x.shape) < p).astype(x.dtype) / x.dtype.type(p)
    return x * mask, mask


def dropout_backward(upstream, cache):
    """Backward pass of inverted dropout.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `dropout_forward`, of either mode.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.dropout_backward ---
    return upstream if cache is None else upstream * cache
