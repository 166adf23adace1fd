"""With loops: slow, and right."""

import numpy as np
from nndl.conv_layers import conv_backward_naive, conv_forward_naive, max_pool_backward_naive, max_pool_forward_naive
from nndl.layers import relu_backward, relu_forward
from nndl.conv_layer_utils import conv_relu_pool_backward, conv_relu_pool_forward
from nndl.layer_utils import affine_relu_backward, affine_relu_forward
from nndl.layers import affine_backward, affine_forward, softmax_loss

class ThreeLayerConvNet:

    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=3, hidden_dim=100, num_classes=10, weight_scale=None, reg=0.0, rng=None, dtype=np.float32):
        channels, H, W = input_dim
        if filter_size % 2 == 0:
            raise ValueError(f'filter_size must be odd, so that padding can keep the size; it is {filter_size}')
        if H % 2 or W % 2:
            raise ValueError(f'pictures of {H} x {W} pixels cannot be pooled by 2 x 2')
        rng = np.random.default_rng() if rng is None else rng
        self.reg = reg
        self.dtype = dtype
        self.conv_param = {'stride': 1, 'pad': (filter_size - 1) // 2}
        self.pool_param = {'pool_height': 2, 'pool_width': 2, 'stride': 2}
        self.params = {}
        def weights(*shape):
            fan_in = int(np.prod(shape[1:]))
            return rng.standard_normal(shape) * (np.sqrt(2.0 / fan_in) if weight_scale is None else weight_scale)

        self.params["W1"], self.params["b1"] = weights(num_filters, channels, filter_size, filter_size), np.zeros((num_filters,))
        self.params["W2"], self.params["b2"] = weights(hidden_dim, num_filters * (H // 2) * (W // 2)), np.zeros((hidden_dim,))
        self.params["W3"], self.params["b3"] = weights(num_classes, hidden_dim), np.zeros((num_classes,))
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        p = self.params
        maps, conv = conv_forward_naive(X, p["W1"], p["b1"], self.conv_param)
        maps, active = relu_forward(maps)
        pooled, pool = max_pool_forward_naive(maps, self.pool_param)
        hidden, middle = affine_forward(pooled, p["W2"], p["b2"])
        hidden, on = relu_forward(hidden)
        scores, last = affine_forward(hidden, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W3"], grads["b3"] = affine_backward(d, last)
        d, grads["W2"], grads["b2"] = affine_backward(relu_backward(d, on), middle)
        d, grads["W1"], grads["b1"] = conv_backward_naive(relu_backward(max_pool_backward_naive(d, pool), active), conv)
        for name in grads:
            if name[0] == "W":
                loss += self.reg / 2 * np.vdot(p[name], p[name])
                grads[name] = grads[name] + self.reg * p[name]
        return loss, grads
