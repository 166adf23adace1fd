"""Layers of a convolutional network that often come together, as one.

The first pair is given as the example of composing: forward runs the layers in order and keeps their caches, backward
runs their backward functions in the opposite order. The second pair is yours, and so is this file: if your own network
needs other combinations, put them here.
"""

from nndl.conv_layers import (
    conv_backward_fast,
    conv_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
from nndl.layers import relu_backward, relu_forward


def conv_relu_forward(x, w, b, conv_param):
    """A convolution, then a ReLU.

    Args:
        x: pictures, (N, C, H, W).
        w: filters, (F, C, HH, WW).
        b: biases, (F,).
        conv_param: as for `conv_forward_fast`.

    Returns:
        out: (N, F, H', W').
        cache: for `conv_relu_backward`.
    """
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(maps)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(upstream, cache):
    """Backward pass of a convolution followed by a ReLU.

    Args:
        upstream: gradient of the loss with respect to the output, (N, F, H', W').
        cache: from `conv_relu_forward`.

    Returns:
        dx, dw, db: gradients with respect to x, w and b, each of its variable's shape.
    """
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(upstream, relu_cache), conv_cache)


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """A convolution, then a ReLU, then max pooling.

    Args:
        x: pictures, (N, C, H, W).
        w: filters, (F, C, HH, WW).
        b: biases, (F,).
        conv_param: as for `conv_forward_fast`.
        pool_param: as for `max_pool_forward_fast`, which is enough here: windows lie side by side.

    Returns:
        out: (N, F, H'', W'').
        cache: for `conv_relu_pool_backward`.
    """
    # --- conv_layer_utils.conv_relu_pool.forward ---
    ### BEGIN SOLUTION
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    active, relu_cache = relu_forward(maps)
    out, pool_cache = max_pool_forward_fast(active, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)
    ### END SOLUTION


def conv_relu_pool_backward(upstream, cache):
    """Backward pass of a convolution followed by a ReLU and max pooling.

    Args:
        upstream: gradient of the loss with respect to the output, (N, F, H'', W'').
        cache: from `conv_relu_pool_forward`.

    Returns:
        dx, dw, db: gradients with respect to x, w and b, each of its variable's shape.
    """
    # --- conv_layer_utils.conv_relu_pool.backward ---
    ### BEGIN SOLUTION
    conv_cache, relu_cache, pool_cache = cache
    upstream = max_pool_backward_fast(upstream, pool_cache)
    return conv_backward_fast(relu_backward(upstream, relu_cache), conv_cache)
    ### END SOLUTION
