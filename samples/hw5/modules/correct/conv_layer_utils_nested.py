"""In one expression, caches in a list."""

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
    caches = []
    for layer in (lambda a: conv_forward_fast(a, w, b, conv_param), relu_forward, lambda a: max_pool_forward_fast(a, pool_param)):
        x, cache = layer(x)
        caches.append(cache)
    return x, caches

def conv_relu_pool_backward(upstream, cache):
    return conv_backward_fast(relu_backward(max_pool_backward_fast(upstream, cache[2]), cache[1]), cache[0])
