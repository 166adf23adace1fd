"""Warnings are errors and NumPy raises; results are transposed, read-only views, caches named tuples."""

import warnings
from collections import namedtuple

import numpy as np

warnings.simplefilter("error")
np.seterr(divide="raise", invalid="raise", over="raise")
Kept = namedtuple("Kept", "scale deviations root")
Both = namedtuple("Both", "out cache")
Slopes = namedtuple("Slopes", "dx dgamma dbeta")


def fixed(array):
    array = np.asfortranarray(array)
    array.setflags(write=False)
    return array


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
        columns = zip(x.T, running_mean, np.sqrt(running_var + eps), gamma, beta, strict=True)
        return Both(np.array([g * ((x - m) / r) + b for x, m, r, g, b in columns]).T, ())
    mu = np.add.reduce(x) / x.dtype.type(len(x))
    deviations = x - mu
    var = np.add.reduce(deviations * deviations) / x.dtype.type(len(x))
    bn_param |= {
        "running_mean": fixed(running_mean + (1 - momentum) * (mu - running_mean)),
        "running_var": fixed(running_var + (1 - momentum) * (var - running_var)),
    }
    root = np.sqrt(var + eps)
    return Both(fixed(gamma / root * deviations + beta), Kept(gamma, deviations, root))


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
    N = len(upstream)
    down = upstream * cache.scale / cache.root
    dvar = -0.5 * (down * cache.deviations).sum(axis=0) / cache.root**2
    dx = down + dvar * 2 / N * cache.deviations  # the path through mu: deviations add up to zero
    return Slopes(
        dx - dx.mean(axis=0), (upstream * cache.deviations / cache.root).sum(axis=0), upstream.sum(axis=0)
    )


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
    scale, deviations, root = cache
    x_hat = deviations / root
    across = upstream - upstream.mean(axis=0) - x_hat * (upstream * x_hat).mean(axis=0)
    return Slopes(
        fixed(scale / root * across), np.einsum("nd,nd->d", upstream, x_hat), np.add.reduce(upstream)
    )


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
    columns = x.T - x.mean(axis=1)  # (D, N)
    roots = np.sqrt(np.mean(columns**2, axis=0) + eps)
    return Both((columns / roots).T * gamma + beta, Kept(gamma, columns, roots))


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
    unit = cache.deviations / cache.root  # (D, N)
    down = (upstream * cache.scale).T
    down = down - down.mean(axis=0) - unit * np.mean(down * unit, axis=0)
    return Slopes((down / cache.root).T, np.sum(upstream.T * unit, axis=1), upstream.sum(axis=0))


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
    kept = dropout_param["rng"].random(x.shape) < p
    return np.divide(x, p, out=np.zeros_like(x), where=kept), (kept, p)


def dropout_backward(upstream, cache):
    """Backward pass of inverted dropout.

    Args:
        upstream: gradient of the loss with respect to the output, of any shape.
        cache: from `dropout_forward`, of either mode.

    Returns:
        dx: gradient with respect to x, of the same shape.
    """
    # --- layers.dropout_backward ---
    if cache is None:
        return upstream
    kept, p = cache
    return np.divide(upstream, p, out=np.zeros_like(upstream), where=kept)
