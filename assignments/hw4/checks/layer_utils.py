"""Checks of the layers in layer_utils.py: they are judged by the student's own single layers."""

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect

ORDER = "Affine, batch normalization, ReLU: each layer gets the output of the one before."
BACK = "Backward goes through the layers from the last to the first. Which cache belongs to which layer?"
SINGLE = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.batchnorm_forward",
    "layers.batchnorm_backward",
    "layers.batchnorm_backward_fast",
)
NAMES = ("dx", "dw", "db", "dgamma", "dbeta")
AFTERWARDS = (
    "lambda forward, arrays, param: forward(*arrays, param) and "
    "(param.get('running_mean'), param.get('running_var'))"
)


def parts(result, count, what):
    """The `count` things that a function returns."""
    return expect.items(f"{what}(…)", result, count, "things")


def differs(what, out):
    """The output of your own layers, which says nothing where it is the same for all examples."""
    found = expect.array(what, out)
    expect.true(np.ptp(found, axis=0).max() > 1e-6, "is the same for all examples.", what=what)
    return found


def inputs(rng, N=6, M=4):
    """x, w, b, gamma and beta, none of them near the values that make mistakes invisible."""
    x, w = rng.standard_normal((N, 2, 3)), rng.standard_normal((M, 6))
    return x, w, rng.standard_normal(M), rng.uniform(0.5, 2, M), rng.uniform(-0.5, 1, M)


def one_by_one(student, x, w, b, gamma, beta, param):
    """Output and caches of the student's own three layers, one after the other."""
    layers, caches = student.layers, []
    out, cache = parts(layers.affine_forward(x, w, b), 2, "affine_forward")
    caches.append(cache)
    out, cache = parts(layers.batchnorm_forward(out, gamma, beta, param), 2, "batchnorm_forward")
    caches.append(cache)
    out, cache = parts(layers.relu_forward(out), 2, "relu_forward")
    return out, [*caches, cache]


@check("layer_utils.affine_batchnorm_relu", weight=1, after=SINGLE, hint=ORDER)
def forward_is_the_three_layers(student, rng):
    """Forward gives what your three layers give one after the other, in both modes"""
    arrays, M = inputs(rng), 4
    running = {"running_mean": rng.standard_normal(M), "running_var": rng.uniform(0.5, 2, M)}
    for param in ({"mode": "train"}, {"mode": "test", **running}):
        result = student.layer_utils.affine_batchnorm_relu_forward(*arrays, param)
        out, _ = parts(result, 2, "affine_batchnorm_relu_forward")
        own = one_by_one(student, *arrays, param)[0]
        if param["mode"] == "train":
            differs("out of your single layers", own)
        expect.close(f"out in mode {param['mode']}", out, own)


@check("layer_utils.affine_batchnorm_relu", weight=0.5, after=SINGLE, hint="Who keeps the running averages?")
def running_averages_are_kept(student, rng):
    """The running averages are in bn_param afterwards"""
    x, w, b, gamma, beta = inputs(rng)
    hidden, _ = parts(student.layers.affine_forward(x, w, b), 2, "affine_forward")
    afterwards, param = student.function(AFTERWARDS), {"mode": "train"}
    wanted = afterwards(student.layers.batchnorm_forward, [hidden, gamma, beta], param)
    if wanted[0] is None or wanted[1] is None:
        raise CheckFailed(Finding("", "batchnorm_forward does not keep running averages yet."), credit=1.0)
    got = afterwards(student.layer_utils.affine_batchnorm_relu_forward, [x, w, b, gamma, beta], param)
    expect.close("running_mean", got[0], wanted[0])
    expect.close("running_var", got[1], wanted[1])


@check("layer_utils.affine_batchnorm_relu", weight=1.5, after=SINGLE, hint=BACK)
def backward_is_the_three_layers(student, rng):
    """Backward gives what your three backward functions give in the opposite order"""
    arrays = inputs(rng)
    out, caches = one_by_one(student, *arrays, {"mode": "train"})
    differs("out of your single layers", out)
    upstream = rng.standard_normal(out.shape)
    result = student.layer_utils.affine_batchnorm_relu_forward(*arrays, {"mode": "train"})
    _, cache = parts(result, 2, "affine_batchnorm_relu_forward")
    result = student.layer_utils.affine_batchnorm_relu_backward(upstream, cache)
    got = parts(result, 5, "affine_batchnorm_relu_backward")
    down = student.layers.relu_backward(upstream, caches[2])
    failures = []
    for name in ("batchnorm_backward_fast", "batchnorm_backward"):
        normal = parts(getattr(student.layers, name)(down, caches[1]), 3, name)
        affine = parts(student.layers.affine_backward(normal[0], caches[0]), 3, "affine_backward")
        try:
            for what, gradient, wanted in zip(NAMES, got, [*affine, *normal[1:]], strict=True):
                expect.close(what, gradient, wanted, 1e-6, 1e-9)
            return
        except CheckFailed as failure:
            failures.append(failure)
    raise failures[0]
