"""Float64 inside whatever the parameters are, one vector of all weights for the penalty, and read-only gradients."""

from types import SimpleNamespace

import numpy as np

from nndl import conv_layer_utils as blocks
from nndl import layers


class ThreeLayerConvNet:
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
        channels, H, W = input_dim
        if filter_size % 2 == 0:
            raise ValueError(f"filter_size must be odd, so that padding can keep the size; it is {filter_size}")
        if H % 2 or W % 2:
            raise ValueError(f"pictures of {H} x {W} pixels cannot be pooled by 2 x 2")
        rng = np.random.default_rng() if rng is None else rng
        self.reg = reg
        self.dtype = dtype
        self.conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        self.params = {}
        fan_in = {"W1": channels * filter_size**2, "W2": num_filters * H * W // 4, "W3": hidden_dim}
        outputs = {"W1": num_filters, "W2": hidden_dim, "W3": num_classes}
        for name in fan_in:
            std = np.sqrt(2.0) / np.sqrt(fan_in[name]) if weight_scale is None else weight_scale
            self.params[name] = rng.standard_normal(outputs[name] * fan_in[name]).reshape(outputs[name], -1) * std
            self.params["b" + name[1]] = np.zeros(outputs[name])
        self.params["W1"] = self.params["W1"].reshape(num_filters, channels, filter_size, filter_size)
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def _wide(self):
        return SimpleNamespace(**{name: np.asarray(value, dtype=np.float64) for name, value in self.params.items()})

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        p = self._wide()
        first, cache1 = blocks.conv_relu_pool_forward(X.astype(float), p.W1, p.b1, self.conv_param, self.pool_param)
        flat = first.reshape(len(first), -1)
        hidden = np.clip(flat @ p.W2.T + p.b2, 0, None)
        scores = hidden @ p.W3.T + p.b3
        if y is None:
            return scores.astype(self.dtype)
        loss, d = layers.softmax_loss(scores, y)
        up2 = (d @ p.W3) * np.heaviside(hidden, 0)
        _, dW1, db1 = blocks.conv_relu_pool_backward((up2 @ p.W2).reshape(first.shape), cache1)
        found = {
            "W1": dW1 + self.reg * p.W1,
            "b1": db1,
            "W2": up2.T @ flat + self.reg * p.W2,
            "b2": up2.sum(axis=0),
            "W3": d.T @ hidden + self.reg * p.W3,
            "b3": d.sum(axis=0),
        }
        weights = np.concatenate([p.W1, p.W2, p.W3], axis=None)
        grads = {name: value.astype(self.dtype) for name, value in found.items()}
        for value in grads.values():
            value.setflags(write=False)
        return np.float64(loss) + 0.5 * self.reg * weights @ weights, grads
