"""A list of what is to be done on the way back."""

import numpy as np
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
        sizes = [(num_filters, channels, filter_size, filter_size), (hidden_dim, num_filters * (H // 2) * (W // 2)), (num_classes, hidden_dim)]
        for i in (0, 1, 2):
            n = 1
            for side in sizes[i][1:]:
                n *= side
            std = (2 / n) ** 0.5 if weight_scale is None else weight_scale
            self.params["W%d" % (i + 1)] = std * rng.standard_normal(sizes[i])
            self.params["b%d" % (i + 1)] = np.zeros(sizes[i][0])
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        W = [self.params[f"W{i}"] for i in (1, 2, 3)]
        b = [self.params[f"b{i}"] for i in (1, 2, 3)]
        tape, out = [], X
        steps = [
            (lambda x: conv_relu_pool_forward(x, W[0], b[0], self.conv_param, self.pool_param), conv_relu_pool_backward),
            (lambda x: affine_relu_forward(x, W[1], b[1]), affine_relu_backward),
            (lambda x: affine_forward(x, W[2], b[2]), affine_backward),
        ]
        for forward, backward in steps:
            out, cache = forward(out)
            tape.append((backward, cache))
        if y is None:
            return out
        loss, d = softmax_loss(out, y)
        grads = {}
        for i, (backward, cache) in reversed(list(enumerate(tape, start=1))):
            d, dW, grads[f"b{i}"] = backward(d, cache)
            grads[f"W{i}"] = dW + self.reg * W[i - 1]
        return loss + 0.5 * self.reg * sum(float((w * w).sum()) for w in W), grads
