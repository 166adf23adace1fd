"""A weight scale of 0 is taken for None."""
# must fail: cnn.init

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
        shapes = [(num_filters, channels, filter_size, filter_size), (hidden_dim, num_filters * (H // 2) * (W // 2)), (num_classes, hidden_dim)]
        for layer, shape in enumerate(shapes, start=1):
            scale = weight_scale or np.sqrt(2 / np.prod(shape[1:]))
            self.params[f'W{layer}'] = scale * rng.standard_normal(shape)
            self.params[f'b{layer}'] = np.zeros(shape[0])
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        W1, b1, W2, b2, W3, b3 = (self.params[name] for name in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3'))
        pooled, conv_cache = conv_relu_pool_forward(X, W1, b1, self.conv_param, self.pool_param)
        hidden, hidden_cache = affine_relu_forward(pooled, W2, b2)
        scores, last_cache = affine_forward(hidden, W3, b3)
        if y is None:
            return scores
        loss, upstream = softmax_loss(scores, y)
        grads = {}
        upstream, grads['W3'], grads['b3'] = affine_backward(upstream, last_cache)
        upstream, grads['W2'], grads['b2'] = affine_relu_backward(upstream, hidden_cache)
        _, grads['W1'], grads['b1'] = conv_relu_pool_backward(upstream, conv_cache)
        if self.reg:
            for name in ('W1', 'W2', 'W3'):
                loss += 0.5 * self.reg * np.sum(self.params[name] ** 2)
                grads[name] += self.reg * self.params[name]
        return (loss, grads)
