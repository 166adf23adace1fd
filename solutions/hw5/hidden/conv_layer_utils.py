"""Hidden checks of the layers in conv_layer_utils.py: against the truth, or against the student's own single layers."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

ORDER = "Convolution, ReLU, pooling: each layer gets the output of the one before."
BACK = "Backward goes through the layers from the last to the first. Which cache belongs to which layer?"
CACHE = "Everything that backward needs is in its own cache."
SINGLE = (
    "conv_layers.conv_forward_fast",
    "conv_layers.conv_backward_fast",
    "layers.relu_forward",
    "layers.relu_backward",
)
# pictures, filters (F, HH, WW), convolution, pooling
CASES = (
    ((2, 2, 4, 6), (3, 3, 3), {"stride": 1, "pad": 1}, 2),
    ((1, 3, 5, 7), (2, 3, 3), {"stride": 2, "pad": 1}, 1),
    ((2, 1, 7, 4), (2, 2, 2), {"stride": 1, "pad": 0}, 3),
)


def window(side):
    """The last argument of the pooling functions."""
    return {"pool_height": side, "pool_width": side, "stride": side}


def inputs(rng, pictures, filters):
    """x, w and b."""
    F, HH, WW = filters
    return [
        rng.standard_normal(pictures),
        rng.standard_normal((F, pictures[1], HH, WW)),
        rng.uniform(-1, 1, F),
    ]


def truth(x, w, b, conv, side):
    """Oracle: the output, place by place."""
    pad, stride, (HH, WW) = conv["pad"], conv["stride"], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = ((padded.shape[2 + a] - w.shape[2 + a]) // stride + 1 for a in (0, 1))
    maps = np.empty((len(x), len(w), rows, columns))
    for i in range(rows):
        for j in range(columns):
            seen = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            maps[:, :, i, j] = np.tensordot(seen, w, axes=([1, 2, 3], [1, 2, 3])) + b
    tiles = np.clip(maps, 0, None).reshape(len(x), len(w), rows // side, side, columns // side, side)
    return (
        tiles.transpose(0, 1, 2, 4, 3, 5)
        .reshape(len(x), len(w), rows // side, columns // side, -1)
        .max(axis=-1)
    )


def own(student, arrays, conv, side, upstream=None):
    """The student's own layers one after the other: [output], or gradients.

    None where they do not run, or let nothing through.
    """
    layers = student.conv_layers
    try:
        maps = layers.conv_forward_fast(*arrays, conv)
        active = student.layers.relu_forward(maps[0])
        pooled = layers.max_pool_forward_fast(active[0], window(side))
        if upstream is None:
            return [np.asarray(pooled[0])] if np.ptp(pooled[0]) > 1e-3 else None
        down = layers.max_pool_backward_fast(upstream, pooled[1])
        back = layers.conv_backward_fast(student.layers.relu_backward(down, active[1]), maps[1])
        return [np.asarray(back[place]) for place in range(3)] if np.any(back[1]) else None
    except (StudentError, TypeError, ValueError, IndexError):
        return None


def either(names, got, goals, other, rtol, atol):
    """Passes where the truth or what the student's own layers give is met; fails with the truth's message."""
    try:
        for name, one, goal in zip(names, got, goals, strict=True):
            expect.close(name, one, goal, rtol, atol, dtype="float")
    except CheckFailed as failure:
        if other is None:
            raise
        try:
            for name, one, goal in zip(names, got, other, strict=True):
                expect.close(name, one, goal, rtol, atol)
        except CheckFailed:
            raise failure from None


@check("conv_layer_utils.conv_relu_pool", weight=1, after=SINGLE, hint=ORDER)
def forward_values(student, rng):
    """Forward, several sizes, strides and windows"""
    for pictures, filters, conv, side in CASES:
        arrays = inputs(rng, pictures, filters)
        out = student.conv_layer_utils.conv_relu_pool_forward(*arrays, conv, window(side))[0]
        either(["out"], [out], [truth(*arrays, conv, side)], own(student, arrays, conv, side), 1e-6, 1e-8)


@check("conv_layer_utils.conv_relu_pool", weight=1.5, after=SINGLE, hint=BACK)
def backward_values(student, rng):
    """All three gradients, several sizes, strides and windows"""
    utils = student.conv_layer_utils
    for pictures, filters, conv, side in CASES:
        arrays = inputs(rng, pictures, filters)
        upstream = rng.standard_normal(truth(*arrays, conv, side).shape)
        cache = utils.conv_relu_pool_forward(*arrays, conv, window(side))[1]
        got = utils.conv_relu_pool_backward(upstream, cache)
        goals = []
        for place, value in enumerate(arrays):

            def loss(changed, place=place, arrays=arrays, upstream=upstream, conv=conv, side=side):
                return np.vdot(upstream, truth(*arrays[:place], changed, *arrays[place + 1 :], conv, side))

            goals.append(numerical_gradient(loss, value))
        found = [got[place] for place in range(3)]
        either(("dx", "dw", "db"), found, goals, own(student, arrays, conv, side, upstream), 1e-5, 1e-7)


@check("conv_layer_utils.conv_relu_pool", side=True, weight=0.7, after=SINGLE, hint=CACHE)
def caches_are_their_own(student, rng):
    """Two forward calls, then their backward calls, each with its own cache"""
    utils, (pictures, filters, conv, side) = student.conv_layer_utils, CASES[0]
    calls = []
    for _ in range(2):
        arrays = inputs(rng, pictures, filters)
        upstream = rng.standard_normal(truth(*arrays, conv, side).shape)
        cache = utils.conv_relu_pool_forward(*arrays, conv, window(side))[1]
        calls.append((arrays, upstream, utils.conv_relu_pool_backward(upstream, cache)))
    caches = [utils.conv_relu_pool_forward(*arrays, conv, window(side))[1] for arrays, _, _ in calls]
    for number, (cache, (_, upstream, alone)) in enumerate(zip(caches, calls, strict=True), start=1):
        back = utils.conv_relu_pool_backward(upstream, cache)
        for place, name in enumerate(("dx", "dw", "db")):
            goal = expect.array(name, alone[place])
            expect.close(f"{name} of forward call {number} of 2", back[place], goal, 1e-6, 1e-9)


@check("conv_layer_utils.conv_relu_pool", side=True, weight=0.3, after=SINGLE)
def arguments_stay(student, rng):
    """The arguments stay as they were"""
    x, w, b = inputs(rng, (2, 3, 4, 4), (2, 3, 3))

    def forward(**arrays):
        param = {"conv_param": {"stride": 1, "pad": 1}, "pool_param": window(2)}
        return student.conv_layer_utils.conv_relu_pool_forward(**arrays, **param)

    out = expect.unchanged(student, forward, x=x, w=w, b=b)[0]
    expect.array("out", out, (2, 2, 2, 2), "float")
