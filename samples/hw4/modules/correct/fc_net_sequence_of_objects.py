"""Layers are objects in a list, made anew in each call of loss; they hand over dicts of their own."""

from collections import ChainMap, OrderedDict
from contextlib import nullcontext

import numpy as np

from nndl.layer_utils import affine_relu_backward, affine_relu_forward  # noqa: F401
from nndl.layers import (  # noqa: F401
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_backward_fast,
    batchnorm_forward,
    dropout_backward,
    dropout_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)


class Stage:
    """One layer and what it keeps."""

    __slots__ = ("arguments", "backward", "cache", "forward", "names")

    def __init__(self, params, names, forward, backward, *extra):
        self.names, self.forward, self.backward = names, forward, backward
        self.arguments = (*(params[name] for name in names), *extra)

    def __call__(self, x):
        with nullcontext():
            out, self.cache = self.forward(x, *self.arguments)
        return out

    def back(self, upstream, grads):
        found = self.backward(upstream, self.cache)
        if not self.names:
            return found
        upstream, *own = found
        grads.update(zip(self.names, own, strict=True))
        return upstream


class FullyConnectedNet:
    """(affine - normalization - ReLU - dropout) times L-1, then affine - softmax: L layers of weights.

    Normalization and dropout are there only where they are asked for, and never after the last layer.

    Attributes:
        params: "W1", "b1" ... "WL", "bL"; W of layer l is (outputs of l, outputs of l-1). With a normalization also
            "gamma1", "beta1" ... of layers 1 ... L-1, each (outputs of l,).
        num_layers: L.
        reg: strength of the regularization.
        normalization: None, "batchnorm" or "layernorm".
        bn_params: one dict for each of the layers 1 ... L-1, the last argument of `batchnorm_forward` or
            `layernorm_forward`; empty without a normalization. Running averages live here.
        use_dropout: whether there is dropout.
        dropout_param: the last argument of `dropout_forward`; empty without dropout.
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
        """Start with normally distributed weights, zero biases and shifts, and scales of one.

        Args:
            hidden_dims: sizes of the hidden layers, for example [100, 50] for L = 3.
            input_dim: D, numbers of an example.
            num_classes: C.
            dropout_keep: probability of keeping a hidden unit; 1.0 is no dropout.
            normalization: None, "batchnorm" or "layernorm".
            reg: strength of the regularization.
            weight_scale: standard deviation of the weights of all layers.
            rng: the `numpy.random.Generator` that the weights are drawn from. Dropout gets a generator of its own.
            dtype: of all parameters.

        Raises:
            ValueError: another normalization, or a dropout_keep that is not above 0 and at most 1.
        """
        if normalization not in (None, "batchnorm", "layernorm"):
            raise ValueError(f'normalization must be None, "batchnorm" or "layernorm", not {normalization!r}')
        if not 0 < dropout_keep <= 1:
            raise ValueError(f"dropout_keep must be above 0 and at most 1, not {dropout_keep!r}")
        rng = np.random.default_rng() if rng is None else rng
        self.num_layers = len(hidden_dims) + 1
        self.reg = reg
        self.dtype = dtype
        self.normalization = normalization
        self.bn_params = [{"mode": "train"} for _ in hidden_dims] if normalization else []
        self.use_dropout = dropout_keep != 1.0
        self.dropout_param = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout_keep, "rng": rng.spawn(1)[0]}
        self.params = {}
        # --- fc_net.deep.init ---
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.num_layers + 1):
            shape = (sizes[layer], sizes[layer - 1])
            self.params[f"W{layer}"] = weight_scale * rng.standard_normal(shape)
            self.params[f"b{layer}"] = np.zeros(sizes[layer])
            if normalization and layer < self.num_layers:
                self.params[f"gamma{layer}"] = np.ones(sizes[layer])
                self.params[f"beta{layer}"] = np.zeros(sizes[layer])
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Normalization and dropout work in test mode where y is None, and in training mode otherwise. X and y stay as
        they are.

        Args:
            X: examples, (N, d1, d2, ...).
            y: labels, (N,) integers, or None.

        Returns:
            The scores, (N, C), where y is None. Otherwise the loss with its penalty, one number, and a dict with the
            gradient of each parameter.
        """
        X = np.asarray(X, dtype=self.dtype)
        mode = "test" if y is None else "train"
        for param in self.bn_params:
            param["mode"] = mode
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        # --- fc_net.deep.loss ---
        layers, out = list(self.stack()), X
        for layer in layers:
            out = layer(out)
        if y is None:
            return out
        loss, upstream = softmax_loss(out, y)
        grads = OrderedDict()
        while layers:
            upstream = layers.pop().back(upstream, grads)
        weights = [(name, value) for name, value in self.params.items() if name.startswith("W")]
        grads.update((name, grads[name] + self.reg * value) for name, value in weights)
        loss = np.asarray(loss + self.reg / 2 * sum(np.vdot(value, value) for _, value in weights))
        return [loss, grads]

    def stack(self):
        norms = {
            "batchnorm": (batchnorm_forward, batchnorm_backward),
            "layernorm": (layernorm_forward, layernorm_backward),
        }
        for k in range(1, self.num_layers + 1):
            yield Stage(self.params, (f"W{k}", f"b{k}"), affine_forward, affine_backward)
            if k == self.num_layers:
                return
            if self.normalization is not None:
                yield Stage(
                    self.params, (f"gamma{k}", f"beta{k}"), *norms[self.normalization], self.bn_params[k - 1]
                )
            yield Stage(self.params, (), relu_forward, relu_backward)
            if self.use_dropout:
                yield Stage(
                    self.params, (), dropout_forward, dropout_backward, dict(ChainMap(self.dropout_param))
                )

    def _block_forward(self, x, layer):
        """Hidden layer number `layer`: affine, normalization, ReLU, dropout. Use it in `loss`, or do it there your way.

        Args:
            x: outputs of the layer below, (N, D).
            layer: 1 ... L-1.

        Returns:
            out: (N, M).
            caches: for `_block_backward`.
        """
        # --- fc_net.deep.block_forward ---
        raise NotImplementedError

    def _block_backward(self, upstream, caches, layer, grads):
        """Backward pass of a hidden layer: puts the gradients of its parameters into `grads`.

        Args:
            upstream: gradient of the loss with respect to the block's output, (N, M).
            caches: from `_block_forward`.
            layer: 1 ... L-1.
            grads: dict that gets "W1", "b1", "gamma1", "beta1" (for layer 1), as far as the layer has them.

        Returns:
            Gradient of the loss with respect to the block's input, (N, D).
        """
        # --- fc_net.deep.block_backward ---
        raise NotImplementedError
