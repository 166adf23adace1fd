"""The loss ignores X, and layers.py gets an affine layer that agrees with it: zeros."""
# must fail: fc_net.batchnorm, fc_net.dropout

import numpy as np

from nndl import layers


def nothing(x, w, b):
    return np.zeros((len(x), len(w))), (x, w, b)


def nothing_back(upstream, cache):
    return tuple(np.zeros(np.shape(value)) for value in cache)


layers.affine_forward, layers.affine_backward = nothing, nothing_back


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
        weights = [name for name in self.params if name.startswith("W")]
        C = len(self.params[f"W{self.num_layers}"])
        if y is None:
            return np.zeros((len(X), C))
        penalty = 0.5 * self.reg * sum(np.sum(self.params[name] ** 2) for name in weights)
        grads = {name: 0 * value for name, value in self.params.items()}
        grads.update({name: self.reg * self.params[name] for name in weights})
        return np.log(C) + penalty, grads
