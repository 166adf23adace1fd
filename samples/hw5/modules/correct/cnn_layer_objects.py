"""A chain of layer objects that is built anew for each batch, and gradients in a defaultdict."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any, Callable

import numpy as np

from nndl.conv_layers import *
from nndl.layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss

WEIGHTS = "W1", "W2", "W3"


@dataclass
class Layer:
    forward: Callable
    backward: Callable
    names: tuple[str, ...] = ()
    cache: Any = field(default=None, repr=False)

    def __call__(self, x):
        out, self.cache = self.forward(x)
        return out


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
        flat = num_filters * H * W // 4
        plan = {
            3: (num_classes, (hidden_dim,)),
            2: (hidden_dim, (flat,)),
            1: (num_filters, (channels, filter_size, filter_size)),
        }
        for layer, (outputs, inputs) in plan.items():  # the last layer first
            match weight_scale:
                case None:
                    scale = (2 / float(np.prod(inputs))) ** 0.5
                case float() | int():
                    scale = weight_scale
            self.params |= {f"W{layer}": rng.normal(0, scale, (outputs, *inputs)), f"b{layer}": np.zeros((outputs,))}
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def layers(self):
        p = self.params
        return [
            Layer(
                partial(conv_forward_fast, w=p["W1"], b=p["b1"], conv_param=self.conv_param),
                conv_backward_fast,
                ("W1", "b1"),
            ),
            Layer(relu_forward, relu_backward),
            Layer(partial(max_pool_forward_fast, pool_param=self.pool_param), max_pool_backward_fast),
            Layer(partial(affine_forward, w=p["W2"], b=p["b2"]), affine_backward, ("W2", "b2")),
            Layer(relu_forward, relu_backward),
            Layer(partial(affine_forward, w=p["W3"], b=p["b3"]), affine_backward, ("W3", "b3")),
        ]

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        layers = self.layers()
        scores = reduce(lambda out, layer: layer(out), layers, X)
        if y is None:
            return scores
        loss, flow = softmax_loss(x=scores, y=y)
        grads = defaultdict(float)
        for layer in layers[::-1]:
            back = layer.backward(flow, layer.cache)
            flow, *own = back if layer.names else (back,)
            for name, gradient in zip(layer.names, own):
                grads[name] = grads[name] + gradient
        for name in WEIGHTS:
            grads[name] = grads[name] + self.reg * self.params[name]
        penalty = sum(np.vdot(self.params[name], self.params[name]) for name in WEIGHTS)
        return loss + self.reg * penalty / 2, grads
