"""The net does not look at the pictures."""
# must fail: cnn.loss

import numpy as np

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
            scale = np.sqrt(2 / np.prod(shape[1:])) if weight_scale is None else weight_scale
            self.params[f'W{layer}'] = scale * rng.standard_normal(shape)
            self.params[f'b{layer}'] = np.zeros(shape[0])
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        squares = sum((np.sum(self.params[name] ** 2) for name in ('W1', 'W2', 'W3')))
        classes = len(self.params['W3'])
        if y is None:
            return np.zeros((len(X), classes))
        grads = {name: self.reg * value if name.startswith('W') else 0 * value for name, value in self.params.items()}
        return (np.log(classes) + 0.5 * self.reg * squares, grads)
