"""The caches of the last forward call are kept in a global."""
# must fail: conv_layer_utils.conv_relu_pool

from nndl.conv_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
from nndl.layers import relu_backward, relu_forward

def conv_relu_forward(x, w, b, conv_param):
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(maps)
    return (out, (conv_cache, relu_cache))

def conv_relu_backward(upstream, cache):
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(upstream, relu_cache), conv_cache)

def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    global LAST
    maps, conv_cache = conv_forward_fast(x, w, b, conv_param)
    active, relu_cache = relu_forward(maps)
    out, pool_cache = max_pool_forward_fast(active, pool_param)
    LAST = (conv_cache, relu_cache, pool_cache)
    return (out, None)

def conv_relu_pool_backward(upstream, cache):
    conv_cache, relu_cache, pool_cache = LAST
    upstream = max_pool_backward_fast(upstream, pool_cache)
    return conv_backward_fast(relu_backward(upstream, relu_cache), conv_cache)
