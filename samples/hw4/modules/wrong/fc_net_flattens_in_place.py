"""X is flattened in place, for the caller too."""
# must fail: fc_net.batchnorm, fc_net.dropout

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

        Normalization and dropout work in test mode where y is None, and in training mode otherwise.

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
        params, L = self.params, self.num_layers
        X.shape = (len(X), -1)
        out, caches = X, {}
        for layer in range(1, L):
            out, caches[layer] = self._block_forward(out, layer)
        scores, caches[L] = affine_forward(out, params[f"W{L}"], params[f"b{L}"])
        if y is None:
            return scores

        loss, upstream = softmax_loss(scores, y)
        grads = {}
        upstream, grads[f"W{L}"], grads[f"b{L}"] = affine_backward(upstream, caches[L])
        for layer in range(L - 1, 0, -1):
            upstream = self._block_backward(upstream, caches[layer], layer, grads)
        if self.reg:
            for layer in range(1, L + 1):
                loss += 0.5 * self.reg * np.sum(params[f"W{layer}"] ** 2)
                grads[f"W{layer}"] += self.reg * params[f"W{layer}"]
        return loss, grads

    def _block_forward(self, x, layer):
        """Hidden layer number `layer`: affine, normalization, ReLU, dropout. Use it in `loss`, or do it there your way.

        Args:
            x: outputs of the layer below, (N, D).
            layer: 1 ... L-1.

        Returns:
            out: (N, M).
            caches: for `_block_backward`.
        """
        params, caches = self.params, {}
        out, caches["affine"] = affine_forward(x, params[f"W{layer}"], params[f"b{layer}"])
        if self.normalization:
            forward = batchnorm_forward if self.normalization == "batchnorm" else layernorm_forward
            gamma, beta = params[f"gamma{layer}"], params[f"beta{layer}"]
            out, caches["norm"] = forward(out, gamma, beta, self.bn_params[layer - 1])
        out, caches["relu"] = relu_forward(out)
        if self.use_dropout:
            out, caches["dropout"] = dropout_forward(out, self.dropout_param)
        return out, caches

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
        if self.use_dropout:
            upstream = dropout_backward(upstream, caches["dropout"])
        upstream = relu_backward(upstream, caches["relu"])
        if self.normalization:
            backward = batchnorm_backward_fast if self.normalization == "batchnorm" else layernorm_backward
            upstream, grads[f"gamma{layer}"], grads[f"beta{layer}"] = backward(upstream, caches["norm"])
        upstream, grads[f"W{layer}"], grads[f"b{layer}"] = affine_backward(upstream, caches["affine"])
        return upstream
