"""Checks of the layers in conv_layer_utils.py: they are judged by the student's own single layers."""

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect

ORDER = "Convolution, ReLU, pooling: each layer gets the output of the one before."
BACK = "Backward goes through the layers from the last to the first. Which cache belongs to which layer?"
SINGLE = (
    "conv_layers.conv_forward_fast",
    "conv_layers.conv_backward_fast",
    "layers.relu_forward",
    "layers.relu_backward",
)
CONV, POOL = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}


def parts(result, count, what):
    """The `count` things that a function returns."""
    if result is None or isinstance(result, np.ndarray | dict) or len(result) != count:
        raise CheckFailed(Finding(what, f"should return {count} things."))
    return [result[i] for i in range(count)]


def inputs(rng):
    """x, w and b."""
    return rng.standard_normal((2, 3, 4, 6)), rng.standard_normal((5, 3, 3, 3)), rng.standard_normal(5)


def one_by_one(student, x, w, b):
    """Output and caches of the student's own three layers, one after the other."""
    caches = []
    out, cache = parts(student.conv_layers.conv_forward_fast(x, w, b, CONV), 2, "conv_forward_fast")
    caches.append(cache)
    out, cache = parts(student.layers.relu_forward(out), 2, "relu_forward")
    caches.append(cache)
    out, cache = parts(student.conv_layers.max_pool_forward_fast(out, POOL), 2, "max_pool_forward_fast")
    return out, [*caches, cache]


@check("conv_layer_utils.conv_relu_pool", weight=1, after=SINGLE, hint=ORDER)
def forward_is_the_three_layers(student, rng):
    """Forward gives what your three layers give one after the other"""
    arrays = inputs(rng)
    out, _ = parts(
        student.conv_layer_utils.conv_relu_pool_forward(*arrays, CONV, POOL), 2, "conv_relu_pool_forward"
    )
    goal = one_by_one(student, *arrays)[0]
    expect.true(np.ptp(goal) > 1e-3, "is the same everywhere.", what="the output of your three layers")
    expect.close("out", out, goal)


@check("conv_layer_utils.conv_relu_pool", weight=1.5, after=SINGLE, hint=BACK)
def backward_is_the_three_layers(student, rng):
    """Backward gives what your three backward functions give in the opposite order"""
    arrays, utils = inputs(rng), student.conv_layer_utils
    out, caches = one_by_one(student, *arrays)
    upstream = rng.standard_normal(out.shape)
    _, cache = parts(utils.conv_relu_pool_forward(*arrays, CONV, POOL), 2, "conv_relu_pool_forward")
    got = parts(utils.conv_relu_pool_backward(upstream, cache), 3, "conv_relu_pool_backward")
    down = student.conv_layers.max_pool_backward_fast(upstream, caches[2])
    down = student.layers.relu_backward(down, caches[1])
    goals = parts(student.conv_layers.conv_backward_fast(down, caches[0]), 3, "conv_backward_fast")
    expect.true(np.any(goals[1]), "is zero everywhere.", what="dw of your three layers")
    for name, gradient, goal in zip(("dx", "dw", "db"), got, goals, strict=True):
        expect.close(name, gradient, goal, 1e-6, 1e-9)
