"""Layer by layer, without the combined ones."""

import numpy as np
from nndl.conv_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
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
        inputs = num_filters * H * W // 4
        he = {"W1": channels * filter_size**2, "W2": inputs, "W3": hidden_dim}
        shapes = {"W1": (num_filters, channels, filter_size, filter_size), "W2": (hidden_dim, inputs), "W3": (num_classes, hidden_dim)}
        for name, shape in shapes.items():
            scale = weight_scale if weight_scale is not None else (2 / he[name]) ** 0.5
            self.params[name] = rng.normal(0, scale, shape)
        self.params["b1"], self.params["b2"], self.params["b3"] = np.zeros(num_filters), np.zeros(hidden_dim), np.zeros(num_classes)
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        p = self.params
        a1, c1 = conv_forward_fast(X, p["W1"], p["b1"], self.conv_param)
        r1, c2 = relu_forward(a1)
        p1, c3 = max_pool_forward_fast(r1, self.pool_param)
        a2, c4 = affine_forward(p1, p["W2"], p["b2"])
        r2, c5 = relu_forward(a2)
        scores, c6 = affine_forward(r2, p["W3"], p["b3"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2) + np.sum(p["W3"] ** 2))
        d, dW3, db3 = affine_backward(d, c6)
        d, dW2, db2 = affine_backward(relu_backward(d, c5), c4)
        d = relu_backward(max_pool_backward_fast(d, c3), c2)
        d, dW1, db1 = conv_backward_fast(d, c1)
        return loss, {
            "W1": dW1 + self.reg * p["W1"], "b1": db1,
            "W2": dW2 + self.reg * p["W2"], "b2": db2,
            "W3": dW3 + self.reg * p["W3"], "b3": db3,
        }
