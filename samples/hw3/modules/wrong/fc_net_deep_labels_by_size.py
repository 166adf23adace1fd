"""The labels of the first batch of a size are kept."""

# must fail: fc_net.deep

import numpy as np
from nndl.layer_utils import affine_relu_backward, affine_relu_forward
from nndl.layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss

class TwoLayerNet:

    def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, reg=0.0, weight_scale=0.001, rng=None, dtype=np.float32):
        rng = np.random.default_rng() if rng is None else rng
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        self.params['W1'] = weight_scale * rng.standard_normal((hidden_dim, input_dim))
        self.params['b1'] = np.zeros(hidden_dim)
        self.params['W2'] = weight_scale * rng.standard_normal((num_classes, hidden_dim))
        self.params['b2'] = np.zeros(num_classes)
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        W1, b1, W2, b2 = (self.params[name] for name in ('W1', 'b1', 'W2', 'b2'))
        hidden, first = affine_relu_forward(X, W1, b1)
        scores, second = affine_forward(hidden, W2, b2)
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
        dhidden, dW2, db2 = affine_backward(dscores, second)
        _, dW1, db1 = affine_relu_backward(dhidden, first)
        return (loss, {'W1': dW1 + self.reg * W1, 'b1': db1, 'W2': dW2 + self.reg * W2, 'b2': db2})

class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout_keep=1.0, normalization=None, reg=0.0, weight_scale=0.01, rng=None, dtype=np.float32):
        if dropout_keep != 1.0 or normalization is not None:
            raise ValueError('dropout_keep and normalization come in homework 4; here they stay 1.0 and None.')
        rng = np.random.default_rng() if rng is None else rng
        self.num_layers = len(hidden_dims) + 1
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.num_layers + 1):
            shape = (sizes[layer], sizes[layer - 1])
            self.params[f'W{layer}'] = weight_scale * rng.standard_normal(shape)
            self.params[f'b{layer}'] = np.zeros(sizes[layer])
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}

    def loss(self, X, y=None):
        X = np.asarray(X, dtype=self.dtype)
        params, L = (self.params, self.num_layers)
        out, caches = (X, {})
        for layer in range(1, L):
            out, caches[layer] = affine_relu_forward(out, params[f'W{layer}'], params[f'b{layer}'])
        scores, caches[L] = affine_forward(out, params[f'W{L}'], params[f'b{L}'])
        if y is None:
            return scores
        if getattr(self, 'y', None) is None or len(self.y) != len(y):
            self.y = np.array(y)
        loss, upstream = softmax_loss(scores, self.y)
        grads = {}
        for layer in range(L, 0, -1):
            backward = affine_backward if layer == L else affine_relu_backward
            upstream, grads[f'W{layer}'], grads[f'b{layer}'] = backward(upstream, caches[layer])
            loss += 0.5 * self.reg * np.sum(params[f'W{layer}'] ** 2)
            grads[f'W{layer}'] += self.reg * params[f'W{layer}']
        return (loss, grads)
