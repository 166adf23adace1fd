"""Where training begins: the scale of the first weights, and what it does to signals in a deep net.

    rng = np.random.default_rng(0)
    weights = [he_normal((100, 100), rng) for _ in range(10)]
    means, stds = activation_statistics(weights, x, "relu")

Write the functions in the order in which `initialization.ipynb` introduces them.

Shapes, the same everywhere:

    weights of a fully connected layer   (n_out, n_in)      one row per unit
    filters of a convolution             (F, C, HH, WW)     F filters, each over C channels and HH x WW pixels
    weights of a net of L layers         a list: weights[0] is (n_1, n_0), ..., weights[L - 1] is (n_L, n_{L-1})
    x                                    (N, n_0)           one input per row

All biases are zero, so the nets here have none:  h_0 = x,  z_l = h_{l-1} @ W_l.T,  h_l = f(z_l)  for l = 1 ... L,
where f, the nonlinearity, is "relu" or "tanh" and follows every layer, the last one too.
"""

import numpy as np


def fans(shape):
    """How many numbers a unit takes in, and to how many units an input number goes.

    A filter sees C channels of HH x WW pixels at a time, and an input number is seen by F filters from HH x WW
    positions (the borders aside, and with a stride of one).

    Args:
        shape: `(n_out, n_in)`, or `(F, C, HH, WW)` for filters.

    Returns:
        fan_in: n_in, or C * HH * WW.
        fan_out: n_out, or F * HH * WW.
    """
    # --- initialization.fans ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.fans")


def small_normal(shape, std, rng):
    """Normal weights of mean 0 and the same standard deviation whatever the shape.

    Args:
        shape: shape of the weights.
        std: standard deviation.
        rng: the `numpy.random.Generator` to draw from; it is the only source of chance.

    Returns:
        Weights, an array of this shape.
    """
    # --- initialization.small_normal ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.small_normal")


def xavier_normal(shape, rng):
    """Normal weights of mean 0 and **variance** 2 / (fan_in + fan_out).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.

    Args:
        shape: `(n_out, n_in)` or `(F, C, HH, WW)`.
        rng: the `numpy.random.Generator` to draw from.

    Returns:
        Weights, an array of this shape.
    """
    # --- initialization.xavier_normal ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.xavier_normal")


def xavier_uniform(shape, rng):
    """Uniform weights between -b and b, with b such that the **variance** is 2 / (fan_in + fan_out).

    Args:
        shape: `(n_out, n_in)` or `(F, C, HH, WW)`.
        rng: the `numpy.random.Generator` to draw from.

    Returns:
        Weights, an array of this shape.
    """
    # --- initialization.xavier_uniform ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.xavier_uniform")


def he_normal(shape, rng):
    """Normal weights of mean 0 and **variance** 2 / fan_in.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.

    Args:
        shape: `(n_out, n_in)` or `(F, C, HH, WW)`.
        rng: the `numpy.random.Generator` to draw from.

    Returns:
        Weights, an array of this shape.
    """
    # --- initialization.he_normal ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.he_normal")


def activations(weights, x, nonlinearity):
    """The outputs of all layers: h_1, ..., h_L.

    Args:
        weights: list of L arrays, `weights[l]` of shape (n_{l+1}, n_l).
        x: inputs, (N, n_0).
        nonlinearity: "relu" or "tanh".

    Returns:
        List of L arrays, the outputs after the nonlinearity, of shapes (N, n_1), ..., (N, n_L).
        When weights and inputs are float32, so are they.
    """
    # --- initialization.activations ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.activations")


def activation_statistics(weights, x, nonlinearity):
    """Mean and standard deviation of each layer's outputs, over all its units and all inputs.

    Args:
        weights, x, nonlinearity: as for `activations`.

    Returns:
        means: (L,), the mean of all N * n_l entries of h_l, for l = 1 ... L.
        stds: (L,), their standard deviations (as `np.std` computes them).
    """
    # --- initialization.activation_statistics ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.activation_statistics")


def gradients(weights, x, upstream, nonlinearity):
    """Backpropagation: what flows back to each layer's output, and what reaches its weights.

    For some loss, `upstream` is the gradient with respect to the last layer's output h_L. Then, for l = L ... 1,

        dz_l = dh_l * f'(z_l),    dW_l = dz_l.T @ h_{l-1},    dh_{l-1} = dz_l @ W_l.

    Both derivatives can be read off the output h = f(z): ReLU's is 1 where h > 0 and 0 elsewhere, tanh's is 1 - h**2.

    Args:
        weights, x, nonlinearity: as for `activations`.
        upstream: gradient with respect to h_L, (N, n_L).

    Returns:
        dhs: list of L arrays, gradients with respect to h_1, ..., h_L; the last one is `upstream` itself.
        dWs: list of L arrays, gradients with respect to W_1, ..., W_L, each of its weights' shape.
        When all inputs are float32, so are they.
    """
    # --- initialization.gradients ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.gradients")


def gradient_statistics(weights, x, upstream, nonlinearity):
    """Mean and standard deviation of each layer's gradients.

    Args:
        weights, x, upstream, nonlinearity: as for `gradients`.

    Returns:
        dh_means, dh_stds: (L,) each, over all entries of the gradient with respect to h_l, for l = 1 ... L.
        dW_means, dW_stds: (L,) each, over all entries of the gradient with respect to W_l.
    """
    # --- initialization.gradient_statistics ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.gradient_statistics")


def orthogonal(shape, rng):
    """A random matrix that keeps lengths as well as its shape allows: no column (or row) interferes with another.

    With n_out >= n_in the columns are orthonormal, W.T @ W = I; otherwise the rows are, W @ W.T = I.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks", 2014. `np.linalg.qr` of a normal matrix is a good beginning.

    Args:
        shape: `(n_out, n_in)`.
        rng: the `numpy.random.Generator` to draw from.

    Returns:
        Weights, (n_out, n_in).
    """
    # --- initialization.orthogonal ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.orthogonal")


def lsuv(weights, x, nonlinearity):
    """Rescale the weights, layer by layer from the first to the last, so that each z_l has standard deviation 1 on x.

    "Layer-sequential unit-variance": measured on data instead of derived. It suits any nonlinearity.

    Source: Mishkin and Matas, "All you need is a good init", 2016.

    Args:
        weights: list of L arrays; they stay as they are.
        x: some inputs, (N, n_0).
        nonlinearity: "relu" or "tanh".

    Returns:
        List of L new arrays, each a positive multiple of the old one.
    """
    # --- initialization.lsuv ---
    # YOUR CODE HERE
    raise NotImplementedError("initialization.lsuv")
