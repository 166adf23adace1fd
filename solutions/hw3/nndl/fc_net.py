"""Fully connected networks, put together from the functions in `layers.py` and `layer_utils.py`.

Both classes have the interface that `labkit.Solver` trains:

    model.params               dict of all parameters: "W1", "b1", "W2", "b2", ...
    model.loss(X)              scores, (N, C)
    model.loss(X, y)           loss and a dict of gradients with the same names as the parameters

The penalty is half of reg times the sum of the squares of all weights W of all layers. Biases are not regularized.
"""

import numpy as np

from nndl.layer_utils import affine_relu_backward, affine_relu_forward
from nndl.layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss  # noqa: F401


class TwoLayerNet:
    """affine - ReLU - affine - softmax.

    Attributes:
        params: W1 (H, D), b1 (H,), W2 (C, H), b2 (C,).
        reg: strength of the regularization.
    """

    def __init__(
        self,
        input_dim=3072,
        hidden_dim=100,
        num_classes=10,
        reg=0.0,
        weight_scale=1e-3,
        rng=None,
        dtype=np.float32,
    ):
        """Start with normally distributed weights and zero biases.

        Args:
            input_dim: D, numbers of an example.
            hidden_dim: H, hidden units.
            num_classes: C.
            reg: strength of the regularization.
            weight_scale: standard deviation of the weights.
            rng: the `numpy.random.Generator` that the weights are drawn from.
            dtype: of all parameters.
        """
        rng = np.random.default_rng() if rng is None else rng
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        # --- fc_net.two_layer.init ---
        ### BEGIN SOLUTION
        self.params["W1"] = weight_scale * rng.standard_normal((hidden_dim, input_dim))
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["W2"] = weight_scale * rng.standard_normal((num_classes, hidden_dim))
        self.params["b2"] = np.zeros(num_classes)
        ### END SOLUTION
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Args:
            X: examples, (N, d1, d2, ...).
            y: labels, (N,) integers, or None.

        Returns:
            The scores, (N, C), where y is None. Otherwise the loss with its penalty, one number, and a dict with the
            gradient of each parameter.
        """
        X = np.asarray(X, dtype=self.dtype)
        # --- fc_net.two_layer.loss ---
        ### BEGIN SOLUTION
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden, first = affine_relu_forward(X, W1, b1)  # (N, H)
        scores, second = affine_forward(hidden, W2, b2)  # (N, C)
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        dhidden, dW2, db2 = affine_backward(dscores, second)
        _, dW1, db1 = affine_relu_backward(dhidden, first)
        return loss, {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}
        ### END SOLUTION


class FullyConnectedNet:
    """(affine - ReLU) times L-1, then affine - softmax: L layers of weights.

    Attributes:
        params: "W1", "b1" ... "WL", "bL"; layer l maps the outputs of layer l-1 to its own, so W of layer l is
            (outputs of l, outputs of l-1).
        num_layers: L.
        reg: strength of the regularization.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3072,
        num_classes=10,
        dropout_keep=1.0,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        rng=None,
        dtype=np.float32,
    ):
        """Start with normally distributed weights and zero biases.

        Args:
            hidden_dims: sizes of the hidden layers, for example [100, 50] for L = 3.
            input_dim: D, numbers of an example.
            num_classes: C.
            dropout_keep: 1.0. Other values come in homework 4.
            normalization: None. Other values come in homework 4.
            reg: strength of the regularization.
            weight_scale: standard deviation of the weights of all layers.
            rng: the `numpy.random.Generator` that the weights are drawn from.
            dtype: of all parameters.

        Raises:
            ValueError: dropout or a normalization is asked for.
        """
        if dropout_keep != 1.0 or normalization is not None:
            raise ValueError(
                "dropout_keep and normalization come in homework 4; here they stay 1.0 and None."
            )
        rng = np.random.default_rng() if rng is None else rng
        self.num_layers = len(hidden_dims) + 1
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        # --- fc_net.deep.init ---
        ### BEGIN SOLUTION
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.num_layers + 1):
            shape = (sizes[layer], sizes[layer - 1])
            self.params[f"W{layer}"] = weight_scale * rng.standard_normal(shape)
            self.params[f"b{layer}"] = np.zeros(sizes[layer])
        ### END SOLUTION
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Args:
            X: examples, (N, d1, d2, ...).
            y: labels, (N,) integers, or None.

        Returns:
            The scores, (N, C), where y is None. Otherwise the loss with its penalty, one number, and a dict with the
            gradient of each parameter.
        """
        X = np.asarray(X, dtype=self.dtype)
        # --- fc_net.deep.loss ---
        ### BEGIN SOLUTION
        params, L = self.params, self.num_layers
        out, caches = X, {}
        for layer in range(1, L):
            out, caches[layer] = affine_relu_forward(out, params[f"W{layer}"], params[f"b{layer}"])
        scores, caches[L] = affine_forward(out, params[f"W{L}"], params[f"b{L}"])
        if y is None:
            return scores

        loss, upstream = softmax_loss(scores, y)
        grads = {}
        for layer in range(L, 0, -1):
            backward = affine_backward if layer == L else affine_relu_backward
            upstream, grads[f"W{layer}"], grads[f"b{layer}"] = backward(upstream, caches[layer])
            loss += 0.5 * self.reg * np.sum(params[f"W{layer}"] ** 2)
            grads[f"W{layer}"] += self.reg * params[f"W{layer}"]
        return loss, grads
        ### END SOLUTION
