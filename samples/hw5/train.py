"""Saves cnn_best.npz in seconds: run in the folder of a solved homework."""

import numpy as np

from labkit import Solver, load_data, save_model
from nndl.conv_layer_utils import conv_relu_pool_backward, conv_relu_pool_forward
from nndl.layers import affine_backward, affine_forward, softmax_loss

SCALE = 64.0
SAME, POOL = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}


class Net:
    """Three times convolution, ReLU and pooling, then an affine layer."""

    def __init__(self):
        rng, shapes = np.random.default_rng(0), ((16, 3, 3, 3), (32, 16, 3, 3), (32, 32, 3, 3), (10, 512))
        self.params = {}
        for layer, shape in enumerate(shapes, start=1):
            W = np.sqrt(2 / np.prod(shape[1:])) * rng.standard_normal(shape)
            self.params |= {f"W{layer}": W.astype(np.float32), f"b{layer}": np.zeros(shape[0], np.float32)}

    def loss(self, X, y=None):
        out, caches, params = X, [], self.params
        for layer in (1, 2, 3):
            out, cache = conv_relu_pool_forward(out, params[f"W{layer}"], params[f"b{layer}"], SAME, POOL)
            caches.append(cache)
        scores, last = affine_forward(out, params["W4"], params["b4"])
        if y is None:
            return scores
        loss, upstream = softmax_loss(scores, y)
        grads = {}
        upstream, grads["W4"], grads["b4"] = affine_backward(upstream, last)
        for layer in (3, 2, 1):
            back = conv_relu_pool_backward(upstream, caches[layer - 1])
            upstream, grads[f"W{layer}"], grads[f"b{layer}"] = back
        return loss, grads


def prepare(pictures):
    return np.ascontiguousarray(((pictures - mean) / np.float32(SCALE)).transpose(0, 3, 1, 2))


data = load_data("shapes10", train=7000, validation=200, dtype=np.float32, quiet=True)
mean = data.X_train.mean(axis=0)
sets = {"X_train": prepare(data.X_train), "y_train": data.y_train, "X_val": prepare(data.X_val), "y_val": data.y_val}
model, config, order = Net(), {"learning_rate": 2e-3}, np.random.default_rng(1)
Solver(
    model,
    sets,
    update_rule="adam",
    optim_config=config,
    lr_decay=0.5,
    num_epochs=2,
    batch_size=50,
    rng=order,
    verbose=False,
).train()
save_model("cnn_best.npz", **model.params, mean=mean, scale=SCALE)
