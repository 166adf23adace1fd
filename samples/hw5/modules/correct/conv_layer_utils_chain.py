"""Any chain of layers as one, made by a function that makes functions; the cache is a stack."""

from functools import partial

from nndl.conv_layers import conv_backward_fast, conv_forward_fast, max_pool_backward_fast, max_pool_forward_fast
from nndl.layers import relu_backward, relu_forward


def chain(*layers):
    """Forward and backward of layers one after the other; `layers` are triples: forward, backward, and how many arguments the forward takes besides x."""

    def forward(x, *arguments):
        stack, rest = [], iter(arguments)
        for run, back, count in layers:
            x, cache = run(x, *(next(rest) for _ in range(count)))
            stack.append(partial(back, cache=cache))
        return x, stack

    def backward(upstream, cache):
        for back in cache[::-1]:
            result = back(upstream)
            upstream, *others = result if isinstance(result, (tuple, list)) else [result]
        return [upstream, *others]

    return forward, backward


conv_relu_forward, conv_relu_backward = chain((conv_forward_fast, conv_backward_fast, 3), (relu_forward, relu_backward, 0))


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    return _all[0](x, w, b, conv_param, pool_param)


def conv_relu_pool_backward(upstream, cache):
    return _all[1](upstream, cache)


_all = chain(
    (conv_forward_fast, conv_backward_fast, 3),
    (relu_forward, relu_backward, 0),
    (max_pool_forward_fast, max_pool_backward_fast, 1),
)
