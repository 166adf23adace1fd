"""A convolutional network, put together from the layers in `conv_layers.py` and `layers.py`.

It has the interface that `labkit.Solver` trains:

    model.params               dict of all parameters: "W1", "b1", "W2", "b2", "W3", "b3"
    model.loss(X)              scores, (N, C)
    model.loss(X, y)           loss and a dict of gradients with the same names as the parameters

The penalty is half of reg times the sum of the squares of all weights W1, W2, W3. Biases are not regularized.
"""

import numpy as np

from nndl.conv_layer_utils import conv_relu_pool_backward, conv_relu_pool_forward
from nndl.layer_utils import affine_relu_backward, affine_relu_forward
from nndl.layers import affine_backward, affine_forward, softmax_loss


class ThreeLayerConvNet:
    """convolution - ReLU - 2 x 2 max pooling - affine - ReLU - affine - softmax.

    The convolution has stride 1 and as much padding as keeps height and width; pooling halves them.

    Attributes:
        params: "W1" (F, channels, S, S) and "b1" (F,) of the convolution, "W2" and "b2" of the hidden layer,
            "W3" and "b3" of the last one; affine weights are (outputs, inputs), as in `affine_forward`.
        reg: strength of the regularization.
        conv_param, pool_param: the last arguments of the layers.
    """

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=3,
        hidden_dim=100,
        num_classes=10,
        weight_scale=None,
        reg=0.0,
        rng=None,
        dtype=np.float32,
    ):
        """Start with normally distributed weights and zero biases.

        Args:
            input_dim: (channels, H, W) of the pictures; H and W are even, and need not be equal.
            num_filters: F.
            filter_size: S, rows and columns of a filter; odd.
            hidden_dim: units of the hidden layer.
            num_classes: C.
            weight_scale: standard deviation of the weights of all layers; None is He's, sqrt(2 / fan_in) for each layer:
                fan_in is the number of inputs that one output is computed from.
            reg: strength of the regularization.
            rng: the `numpy.random.Generator` that the weights are drawn from.
            dtype: of all parameters.

        Raises:
            ValueError: filter_size is even, or H or W is odd.
        """
        channels, H, W = input_dim
        if filter_size % 2 == 0:
            raise ValueError(
                f"filter_size must be odd, so that padding can keep the size; it is {filter_size}"
            )
        if H % 2 or W % 2:
            raise ValueError(f"pictures of {H} x {W} pixels cannot be pooled by 2 x 2")
        rng = np.random.default_rng() if rng is None else rng
        self.reg = reg
        self.dtype = dtype
        self.conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        self.params = {}
        # --- cnn.init ---
        # YOUR CODE HERE
        raise NotImplementedError("cnn.init")
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        """Scores, or loss and gradients.

        Args:
            X: pictures, (N, channels, H, W).
            y: labels, (N,) integers, or None.

        Returns:
            The scores, (N, C), where y is None. Otherwise the loss with its penalty, one number, and a dict with the
            gradient of each parameter.
        """
        X = np.asarray(X, dtype=self.dtype)
        # --- cnn.loss ---
        # YOUR CODE HERE
        raise NotImplementedError("cnn.loss")
