"""Its own softmax, the affine layers as matrix products."""

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
        fan = [channels * filter_size * filter_size, num_filters * (H // 2) * (W // 2), hidden_dim]
        std = [weight_scale] * 3 if weight_scale is not None else [np.sqrt(2 / n) for n in fan]
        self.params = {
            "W1": std[0] * rng.standard_normal((num_filters, fan[0])).reshape(num_filters, channels, filter_size, filter_size),
            "W2": std[1] * rng.standard_normal((hidden_dim, fan[1])),
            "W3": std[2] * rng.standard_normal((num_classes, fan[2])),
            "b1": np.zeros(num_filters),
            "b2": np.zeros(hidden_dim),
            "b3": np.zeros(num_classes),
        }
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        W1, W2, W3 = self.params["W1"], self.params["W2"], self.params["W3"]
        pooled, cache = conv_relu_pool_forward(X, W1, self.params["b1"], self.conv_param, self.pool_param)
        rows = pooled.reshape(len(X), -1)
        hidden = np.maximum(rows @ W2.T + self.params["b2"], 0)
        scores = hidden @ W3.T + self.params["b3"]
        if y is None:
            return scores
        N = len(X)
        top = scores - scores.max(axis=1, keepdims=True)
        logs = top - np.log(np.exp(top).sum(axis=1, keepdims=True))
        d = np.exp(logs)
        d[np.arange(N), y] -= 1
        d /= N
        loss = -logs[np.arange(N), y].mean() + self.reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)) / 2
        grads = {"W3": d.T @ hidden + self.reg * W3, "b3": d.sum(axis=0)}
        d = (d @ W3) * (hidden > 0)
        grads["W2"], grads["b2"] = d.T @ rows + self.reg * W2, d.sum(axis=0)
        _, dW1, grads["b1"] = conv_relu_pool_backward((d @ W2).reshape(pooled.shape), cache)
        grads["W1"] = dW1 + self.reg * W1
        return loss, grads
