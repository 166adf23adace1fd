"""Hidden checks of the layers in layer_utils.py: against the truth, or against the student's own single layers."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

ORDER = "Affine, batch normalization, ReLU: each layer gets the output of the one before."
BACK = "Backward goes through the layers from the last to the first. Which cache belongs to which layer?"
CACHE = "Everything that a backward pass needs is in its own cache. Is anything kept outside of it?"
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


def inputs(rng, N, M, shape):
    """x, w, b, gamma and beta."""
    x, w = rng.standard_normal((N, *shape)), rng.standard_normal((M, int(np.prod(shape))))
    return [x, w, rng.standard_normal(M), rng.uniform(0.5, 2, M), rng.uniform(-0.5, 1, M)]


def truth(x, w, b, gamma, beta, eps=1e-5, running=None):
    """Oracle: the output; in test mode with `running`, a pair of mean and variance."""
    z = np.einsum("nd,md->nm", x.reshape(len(x), -1), w) + b
    mean = np.einsum("nm->m", z) / len(z) if running is None else running[0]
    var = np.linalg.norm(z - mean, axis=0) ** 2 / len(z) if running is None else running[1]
    return np.clip((z - mean) * (var + eps) ** -0.5 * gamma + beta, 0, None)


def own(student, arrays, param, upstream=None):
    """The student's own layers one after the other: outputs, or gradients with each backward function."""
    layers, (x, w, b, gamma, beta) = student.layers, arrays
    try:
        affine = layers.affine_forward(x, w, b)
        norm = layers.batchnorm_forward(affine[0], gamma, beta, param)
        relu = layers.relu_forward(norm[0])
        if upstream is None:
            yield [relu[0]]
            return
        down = layers.relu_backward(upstream, relu[1])
    except (StudentError, TypeError, ValueError, IndexError):
        return
    for name in ("batchnorm_backward_fast", "batchnorm_backward"):
        try:
            normal = getattr(layers, name)(down, norm[1])
            back = layers.affine_backward(normal[0], affine[1])
            yield [back[0], back[1], back[2], normal[1], normal[2]]
        except (StudentError, TypeError, ValueError, IndexError):
            continue


def alive(student, rng):
    """Whether the student's own layers say anything: outputs that differ, and a pull on the weights."""
    arrays, upstream = inputs(rng, 7, 5, (4,)), rng.standard_normal((7, 5))
    try:
        out = np.asarray(next(own(student, arrays, {"mode": "train"}))[0], float)
        grads = [np.asarray(found[1]) for found in own(student, arrays, {"mode": "train"}, upstream)]
        return np.ptp(out, axis=0).max() > 1e-6 and bool(grads) and all(map(np.any, grads))
    except (StopIteration, TypeError, ValueError):
        return False


def either(names, got, goal, others, rtol, atol):
    """Passes where the truth or what the student's own layers give is met; fails with the truth's message."""

    def compare(wanted):
        for name, one, two in zip(names, got, wanted, strict=True):
            expect.close(name, one, two, rtol, atol, dtype="float")

    try:
        compare(goal)
    except CheckFailed:
        for other in others:
            try:
                compare(other)
                return
            except (CheckFailed, TypeError, ValueError):
                continue
        raise


@check("layer_utils.affine_batchnorm_relu", weight=1, after=SINGLE, hint=ORDER)
def forward_values(student, rng):
    """Forward in both modes, several sizes"""
    forward, measure = student.layer_utils.affine_batchnorm_relu_forward, alive(student, rng)
    for N, M, shape in ((5, 3, (4,)), (2, 6, (1, 3)), (1, 2, (2, 2, 2))):
        arrays = inputs(rng, N, M, shape)
        running = rng.standard_normal(M), rng.uniform(0.5, 2, M)
        test = {"mode": "test", "eps": 0.3, "running_mean": running[0], "running_var": running[1]}
        for param, goal in (
            ({"mode": "train", "eps": 0.2}, truth(*arrays, 0.2)),
            (test, truth(*arrays, 0.3, running)),
        ):
            got, others = [forward(*arrays, param)[0]], own(student, arrays, param) if measure else ()
            either([f"out in mode {param['mode']}"], got, [goal], others, 1e-6, 1e-8)


@check("layer_utils.affine_batchnorm_relu", weight=1.5, after=SINGLE, hint=BACK)
def backward_values(student, rng):
    """All five gradients, several sizes"""
    layers, measure = student.layer_utils, alive(student, rng)
    for N, M, shape in ((7, 3, (2, 2)), (4, 5, (3,))):
        arrays, upstream = inputs(rng, N, M, shape), rng.standard_normal((N, M))
        cache = layers.affine_batchnorm_relu_forward(*arrays, {"mode": "train"})[1]
        got = layers.affine_batchnorm_relu_backward(upstream, cache)
        found = expect.items("affine_batchnorm_relu_backward(…)", got, 5, "gradients")
        goal = []
        for place, value in enumerate(arrays):

            def loss(changed, place=place, arrays=arrays, upstream=upstream):
                return np.sum(upstream * truth(*arrays[:place], changed, *arrays[place + 1 :]))

            goal.append(numerical_gradient(loss, value))
        others = own(student, arrays, {"mode": "train"}, upstream) if measure else ()
        either(NAMES, found, goal, others, 1e-5, 1e-7)


@check("layer_utils.affine_batchnorm_relu", side=True, weight=0.3, after=SINGLE)
def arguments_stay(student, rng):
    """The arguments stay as they were"""
    x, w, b, gamma, beta = inputs(rng, 5, 3, (4,))

    def forward(**arrays):
        return student.layer_utils.affine_batchnorm_relu_forward(**arrays, bn_param={"mode": "train"})

    out = expect.unchanged(student, forward, x=x, w=w, b=b, gamma=gamma, beta=beta)[0]
    expect.array("out", out, (5, 3), "float")


@check("layer_utils.affine_batchnorm_relu", weight=0.4, after=SINGLE, hint=CACHE)
def two_in_flight(student, rng):
    """Two forward passes, then their backward passes, each with its own cache"""
    forward = student.layer_utils.affine_batchnorm_relu_forward
    backward = student.layer_utils.affine_batchnorm_relu_backward
    calls, alone = [(inputs(rng, 6, 4, (3,)), rng.standard_normal((6, 4))) for _ in "ab"], []
    for arrays, upstream in calls:
        found = backward(upstream, forward(*arrays, {"mode": "train"})[1])
        alone.append([np.asarray(found[i]) for i in range(5)])
    expect.true(not np.array_equal(alone[0][1], alone[1][1]), "is the same for other numbers.", what="dw")
    caches = [forward(*arrays, {"mode": "train"})[1] for arrays, _ in calls]
    for (_, upstream), cache, goals, which in zip(calls, caches, alone, ("first", "second"), strict=True):
        got = backward(upstream, cache)
        for i, name in enumerate(NAMES):
            expect.close(f"{name} of the {which} forward pass, after both", got[i], goals[i])
