"""Checks of batch and group normalization of pictures."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

CHANNEL = (
    "Which numbers share a mean: all of one channel. Bring the channels to the last axis before you flatten."
)
WAY_BACK = (
    "The rows of the matrix have an order: pictures, rows, columns. Undo it in the opposite order of steps."
)
GROUP = "One picture, one group of channels: one mean, one variance. Scale and shift belong to a channel."
DX = "x acts on the output on three paths: itself, through the mean and through the variance."
BATCH = ("layers.batchnorm_forward", "layers.batchnorm_backward")
AFTER_STEPS = (
    "lambda forward, batches, gamma, beta, param: "
    "[forward(x, gamma, beta, param)[0] for x in batches] and [param.get('running_mean'), param.get('running_var')]"
)


def numbers(rng, N, C, H, W):
    """x, gamma and beta, with another mean and spread in every channel."""
    x = rng.uniform(0.5, 3, (C, 1, 1)) * rng.standard_normal((N, C, H, W)) + rng.uniform(1, 3, (C, 1, 1))
    return x, rng.uniform(0.5, 2, C), rng.standard_normal(C)


def pair(result):
    """The two things that a forward function returns."""
    return expect.items("what is returned", result, 2, "things", "They are out and cache.", stacked=False)


def as_rows(x):
    """(N, C, H, W) as (N H W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def as_pictures(rows, shape):
    """(N H W, C) as (N, C, H, W)."""
    N, C, H, W = shape
    return np.asarray(rows).reshape(N, H, W, C).transpose(0, 3, 1, 2)


def own(student, x, gamma, beta, param):
    """The output that the student's own two-dimensional layer gives, where it works and lets numbers through."""
    try:
        out = as_pictures(student.layers.batchnorm_forward(as_rows(x), gamma, beta, param)[0], x.shape)
        return out if np.ptp(out, axis=(0, 2, 3)).min() > 1e-3 else None
    except (StudentError, TypeError, ValueError, IndexError):
        return None


def either(what, got, goal, other):
    """Passes where the truth, or what the student's own layer gives, is met; fails with the truth's message."""
    try:
        expect.close(what, got, goal, 1e-6, 1e-8)
    except CheckFailed:
        if other is None:
            raise
        expect.close(what, got, other, 1e-6, 1e-8)


@check("conv_layers.spatial_batchnorm_forward", weight=2, after=BATCH, hint=CHANNEL)
def spatial_moments(student, rng):
    """In training, channel c has the mean beta[c] and the standard deviation gamma[c] afterwards"""
    x, gamma, beta = numbers(rng, 3, 4, 5, 2)
    param = {"mode": "train", "eps": 1e-12}
    out, _ = pair(student.conv_layers.spatial_batchnorm_forward(x, gamma, beta, param))
    expect.array("out", out, x.shape, "float")
    centred = x - x.mean(axis=(0, 2, 3), keepdims=True)
    goal = gamma[:, None, None] * centred / centred.std(axis=(0, 2, 3), keepdims=True) + beta[:, None, None]
    either("out", out, goal, own(student, x, gamma, beta, param))


@check("conv_layers.spatial_batchnorm_forward", weight=1, after=BATCH, hint=CHANNEL)
def spatial_test_mode(student, rng):
    """In test mode the running averages, one for each channel, are used"""
    x, gamma, beta = numbers(rng, 2, 3, 4, 5)
    mean, var = rng.standard_normal(3), rng.uniform(0.5, 2, 3)
    param = {"mode": "test", "eps": 0.5, "running_mean": mean, "running_var": var}
    out, _ = pair(student.conv_layers.spatial_batchnorm_forward(x, gamma, beta, param))
    scale = (gamma / np.sqrt(var + 0.5))[:, None, None]
    goal = scale * (x - mean[:, None, None]) + beta[:, None, None]
    either("out", out, goal, own(student, x, gamma, beta, param))


@check(
    "conv_layers.spatial_batchnorm_forward",
    weight=1,
    after=BATCH,
    hint="Which dict does your batchnorm_forward get?",
)
def spatial_running(student, rng):
    """The running averages are kept in bn_param"""
    batches = [numbers(rng, 2, 3, 4, 5)[0] for _ in range(2)]
    one, zero, run = np.ones(3), np.zeros(3), student.function(AFTER_STEPS)
    got = run(student.conv_layers.spatial_batchnorm_forward, batches, one, zero, {"mode": "train"})
    try:
        goal = run(
            student.layers.batchnorm_forward, [as_rows(x) for x in batches], one, zero, {"mode": "train"}
        )
    except StudentError:
        goal = [None, None]
    for place, name in enumerate(("mean", "var")):
        moments = [getattr(x, name)(axis=(0, 2, 3)) for x in batches]
        truth = 0.09 * moments[0] + 0.1 * moments[1]
        found = got[place]
        expect.true(isinstance(found, np.ndarray), "is not in bn_param.", what=f"running_{name}")
        either(
            f"running_{name}", found.ravel(), truth, None if goal[place] is None else np.ravel(goal[place])
        )


@check("conv_layers.spatial_batchnorm_forward", side=True, weight=0.5, after=BATCH)
def spatial_leaves_alone(student, rng):
    """The arguments stay as they were"""
    x, gamma, beta = numbers(rng, 2, 3, 4, 5)

    def forward(x, gamma, beta):
        return pair(student.conv_layers.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}))[0]

    expect.array("out", expect.unchanged(student, forward, x=x, gamma=gamma, beta=beta), x.shape, "float")


FORWARD = "conv_layers.spatial_batchnorm_forward"


def own_gradients(student, upstream, x, gamma, beta, param):
    """The gradients that each of the student's own two-dimensional layers gives, as far as they run and dx is not zero."""
    for name in ("batchnorm_backward_fast", "batchnorm_backward"):
        try:
            cache = student.layers.batchnorm_forward(as_rows(x), gamma, beta, dict(param))[1]
            back = getattr(student.layers, name)(as_rows(upstream), cache)
            if np.any(back[0]):
                yield as_pictures(back[0], x.shape), back[1], back[2]
        except (StudentError, TypeError, ValueError, IndexError):
            continue


@check("conv_layers.spatial_batchnorm_backward", weight=1, after=(*BATCH, FORWARD), hint=WAY_BACK)
def spatial_gradients(student, rng):
    """dx, dgamma and dbeta agree with finite differences"""
    x, gamma, beta = numbers(rng, 2, 3, 2, 4)
    layers, param = student.conv_layers, {"mode": "train", "eps": 0.1}
    functions = layers.spatial_batchnorm_forward, layers.spatial_batchnorm_backward
    try:
        expect.layer(*functions, rng, hint=WAY_BACK, x=x, gamma=gamma, beta=beta, bn_param=param)
    except CheckFailed as failure:  # true to a layer that has lost its points in homework 4
        upstream = rng.standard_normal(x.shape)
        back = functions[1](upstream, pair(functions[0](x, gamma, beta, param))[1])
        for goals in own_gradients(student, upstream, x, gamma, beta, param):
            try:
                for place, name in enumerate(("dx", "dgamma", "dbeta")):
                    expect.close(name, back[place], goals[place])
                return
            except CheckFailed:
                continue
        raise failure from None


@check("conv_layers.spatial_groupnorm_forward", weight=1, hint=GROUP)
def group_by_hand(student, rng):
    """By hand: four channels of one pixel in two groups, eps 3"""
    x = np.array([1.0, 3.0, 10.0, 8.0]).reshape(1, 4, 1, 1)
    gamma, beta = np.array([4.0, -2.0, 2.0, 6.0]), np.array([0.0, 1.0, 2.0, 3.0])
    out, _ = pair(student.conv_layers.spatial_groupnorm_forward(x, gamma, beta, 2, {"eps": 3.0}))
    expect.close("out", out, np.array([-2.0, 0.0, 3.0, 0.0]).reshape(1, 4, 1, 1))


@check("conv_layers.spatial_groupnorm_forward", weight=1, hint=GROUP)
def group_moments(student, rng):
    """Each group of each picture has mean 0 and standard deviation 1 before scale and shift"""
    x, _, _ = numbers(rng, 3, 6, 2, 5)
    x += 7 * np.arange(3)[:, None, None, None]
    for groups in (1, 2, 3, 6):
        out, _ = pair(
            student.conv_layers.spatial_groupnorm_forward(x, np.ones(6), np.zeros(6), groups, {"eps": 1e-12})
        )
        out = expect.array(f"out with {groups} groups", out, x.shape, "float").reshape(3, groups, -1)
        expect.close(f"means of {groups} groups", out.mean(axis=2), np.zeros((3, groups)), 1e-5, 1e-7)
        expect.close(f"deviations of {groups} groups", out.std(axis=2), np.ones((3, groups)), 1e-5, 1e-7)


@check(
    "conv_layers.spatial_groupnorm_forward",
    weight=1,
    hint="Nothing may depend on the other pictures of the batch.",
)
def group_alone(student, rng):
    """One picture alone gives what it gives within a batch"""
    x, gamma, beta = numbers(rng, 4, 6, 3, 2)
    forward = student.conv_layers.spatial_groupnorm_forward
    together, _ = pair(forward(x, gamma, beta, 2, {}))
    expect.array("out", together, x.shape, "float")
    expect.true(np.ptp(together) > 0.1, "is the same everywhere.", what="out")
    for n in range(4):
        expect.close(
            f"out of picture {n} alone",
            pair(forward(x[n : n + 1], gamma, beta, 2, {}))[0],
            together[n : n + 1],
        )


@check(
    "conv_layers.spatial_groupnorm_backward", weight=1, after="conv_layers.spatial_groupnorm_forward", hint=DX
)
def group_gradients(student, rng):
    """dx, dgamma and dbeta agree with finite differences, for one group, some, and as many as channels"""
    layers = student.conv_layers
    for groups, shape in ((2, (2, 4, 2, 3)), (1, (2, 3, 2, 2)), (3, (2, 3, 3, 2))):
        x, gamma, beta = numbers(rng, *shape)
        expect.layer(
            layers.spatial_groupnorm_forward,
            layers.spatial_groupnorm_backward,
            rng,
            hint=DX,
            x=x,
            gamma=gamma,
            beta=beta,
            groups=groups,
            gn_param={"eps": 0.1},
        )
