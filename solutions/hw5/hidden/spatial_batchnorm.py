"""Hidden checks of batch and group normalization of pictures: the definition channel by channel, in long double."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

CHANNEL = (
    "Which numbers share a mean: all of one channel. Bring the channels to the last axis before you flatten."
)
WAY_BACK = (
    "The rows of the matrix have an order: pictures, rows, columns. Undo it in the opposite order of steps."
)
GROUP = "One picture, one group of channels: one mean, one variance. Scale and shift belong to a channel."
DX = "x acts on the output on three paths: itself, through the mean and through the variance."
STABLE = "A variance is a mean of squared distances. Does yours subtract two large numbers?"
PRECISION = "Which number or array in the formula is float64? A Python float leaves float32 as it is."
BATCH = ("layers.batchnorm_forward", "layers.batchnorm_backward")
SPATIAL, GROUPED = "conv_layers.spatial_batchnorm_forward", "conv_layers.spatial_groupnorm_forward"
CACHE = "Everything that backward needs is in its own cache."
AVERAGES = (
    "Momentum and mode are in bn_param, as for batchnorm_forward. Which of its branches moves the averages?"
)
NAMES = ("dx", "dgamma", "dbeta")
RUNNING = ("running_mean", "running_var")
TRAIN_AND_TEST = (
    "lambda forward, x, later, gamma, beta, param: [forward(x, gamma, beta, param), param.update(mode='test'), "
    "forward(later, gamma, beta, param)] and [param.get('running_mean'), param.get('running_var')]"
)


def numbers(rng, N, C, H, W):
    """x, gamma and beta, with another mean and spread in every channel."""
    x = rng.uniform(0.5, 3, (C, 1, 1)) * rng.standard_normal((N, C, H, W)) + rng.uniform(1, 3, (C, 1, 1))
    return x, rng.uniform(0.5, 2, C), rng.standard_normal(C)


def standardized(values, eps):
    """Oracle: an array with mean 0 and variance 1 over all its entries, but for eps."""
    wide = np.asarray(values, np.longdouble)
    centred = wide - wide.flat[0]
    centred = centred - np.add.reduce(centred.ravel()) / centred.size
    variance = np.vdot(centred, centred) / centred.size
    return centred * (variance + eps) ** -0.5


def over_batch(x, gamma, beta, eps=1e-5):
    """Oracle: batch normalization in training, one channel after the other."""
    channels = [
        g * standardized(x[:, c], eps) + shift for c, (g, shift) in enumerate(zip(gamma, beta, strict=True))
    ]
    return np.stack(channels, axis=1).astype(float)


def over_groups(x, gamma, beta, groups, eps=1e-5):
    """Oracle: group normalization, one group of one picture after the other."""
    out, size = np.empty(x.shape), x.shape[1] // groups
    for n in range(len(x)):
        for first in range(0, x.shape[1], size):
            out[n, first : first + size] = standardized(x[n, first : first + size], eps)
    return out * gamma.reshape(-1, 1, 1) + beta.reshape(-1, 1, 1)


def gradients(forward, upstream, *arrays):
    """Oracle: gradients by finite differences of the true forward function."""
    for place, value in enumerate(arrays):

        def total(changed, place=place):
            return float(np.vdot(upstream, forward(*arrays[:place], changed, *arrays[place + 1 :])))

        yield numerical_gradient(total, value)


def each_with_its_own_cache(rng, forward, backward, calls, names):
    """All forward calls, and then their backward calls, give what each pair gives alone."""
    goals = []
    for arguments in calls:
        result = forward(*arguments)
        upstream = rng.standard_normal(np.shape(result[0]))
        goals.append((upstream, backward(upstream, result[1])))
    caches = [forward(*arguments)[1] for arguments in calls]
    for number, (cache, (upstream, alone)) in enumerate(zip(caches, goals, strict=True), start=1):
        back = backward(upstream, cache)
        for place, name in enumerate(names):
            goal = expect.array(name, alone[place])
            expect.close(f"{name} of forward call {number} of {len(calls)}", back[place], goal, 1e-6, 1e-9)


def as_rows(x):
    """(N, C, H, W) as (N H W, C)."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def as_pictures(rows, shape):
    """(N H W, C) as (N, C, H, W)."""
    return np.moveaxis(np.asarray(rows).reshape(shape[0], *shape[2:], shape[1]), -1, 1)


def owns(student, x, gamma, beta, param, upstream=None):
    """What the student's own two-dimensional layers give: the output, or the gradients with each backward function.

    Layers that let nothing through are no example: an output that is the same everywhere, or a dx of zeros.
    """
    layers = student.layers
    try:
        result = layers.batchnorm_forward(as_rows(x), gamma, beta, dict(param))
        if upstream is None:
            out = as_pictures(result[0], x.shape)
            if np.ptp(out, axis=(0, 2, 3)).min() > 1e-3:
                yield (out,)
            return
    except (StudentError, TypeError, ValueError, IndexError):
        return
    for name in ("batchnorm_backward_fast", "batchnorm_backward"):
        try:
            back = getattr(layers, name)(as_rows(upstream), result[1])
            if np.any(back[0]):
                yield as_pictures(back[0], x.shape), np.asarray(back[1]), np.asarray(back[2])
        except (StudentError, TypeError, ValueError, IndexError):
            continue


def either(names, got, goals, others, rtol=1e-6, atol=1e-8):
    """Passes where the truth or what the student's own layers give is met; fails with the truth's message."""

    def compare(wanted):
        for name, one, goal in zip(names, got, wanted, strict=True):
            expect.close(name, one, goal, rtol, atol, dtype="float")

    try:
        compare(goals)
    except CheckFailed:
        for other in others:
            try:
                compare(other)
                return
            except CheckFailed:
                continue
        raise


@check(SPATIAL, weight=3, after=BATCH, hint=CHANNEL)
def spatial_values(student, rng):
    """Training, many shapes"""
    for shape, eps in (((3, 4, 2, 5), 1e-5), ((1, 2, 3, 3), 0.4), ((4, 1, 2, 2), 1e-5), ((2, 5, 1, 3), 1e-5)):
        x, gamma, beta = numbers(rng, *shape)
        param = {"mode": "train", "eps": eps}
        out = student.conv_layers.spatial_batchnorm_forward(x, gamma, beta, param)[0]
        either(("out",), (out,), (over_batch(x, gamma, beta, eps),), owns(student, x, gamma, beta, param))


@check(SPATIAL, side=True, weight=0.3, after=BATCH, hint=PRECISION)
def spatial_precision(student, rng):
    """float32 stays float32"""
    x, gamma, beta = (a.astype(np.float32) for a in numbers(rng, 3, 4, 2, 5))
    out = student.conv_layers.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})[0]
    for (other,) in owns(student, x, gamma, beta, {"mode": "train"}):
        if other.dtype == np.float64:
            return  # a carried layer's precision is not this question's matter
    expect.array("out", out, x.shape, np.float32)


@check(SPATIAL, side=True, weight=0.5, after=BATCH, hint=AVERAGES)
def spatial_averages(student, rng):
    """Running averages with a momentum that is given, and that test mode leaves them as they are"""
    x, gamma, beta = numbers(rng, 2, 3, 4, 5)
    run, param = student.function(TRAIN_AND_TEST), {"mode": "train", "momentum": 0.6}
    got = run(student.conv_layers.spatial_batchnorm_forward, x, x + 1, gamma, beta, param)
    for name, found in zip(RUNNING, got, strict=True):
        expect.true(isinstance(found, np.ndarray), "is not in bn_param.", what=name)
    truth = 0.4 * x.mean(axis=(0, 2, 3)), 0.4 * x.var(axis=(0, 2, 3))
    try:
        others = [run(student.layers.batchnorm_forward, as_rows(x), as_rows(x + 1), gamma, beta, param)]
    except StudentError:
        others = []
    either(RUNNING, [found.ravel() for found in got], truth, others)


def true_to_own_forward(student, rng, arrays, param, back, others):
    """Gradients of a forward function that is wrong itself: those of what it computes, or of the student's own layers."""
    layers, inputs = student.conv_layers, dict(zip(("x", "gamma", "beta"), arrays, strict=True))
    try:
        pair = layers.spatial_batchnorm_forward, layers.spatial_batchnorm_backward
        expect.layer(*pair, rng, hint=WAY_BACK, **inputs, bn_param=param)
    except CheckFailed as failure:
        for other in others:
            try:
                either(NAMES, back, other, ())
                return
            except CheckFailed:
                continue
        raise failure from None


@check("conv_layers.spatial_batchnorm_backward", weight=3, after=(*BATCH, SPATIAL), hint=WAY_BACK)
def spatial_backward_values(student, rng):
    """All three gradients, many shapes"""
    layers = student.conv_layers
    for shape in ((2, 3, 3, 2), (1, 2, 2, 4), (3, 1, 2, 2)):
        (x, gamma, beta), param = numbers(rng, *shape), {"mode": "train"}
        upstream = rng.standard_normal(shape)
        result = layers.spatial_batchnorm_forward(x, gamma, beta, param)
        back = layers.spatial_batchnorm_backward(upstream, result[1])
        others = owns(student, x, gamma, beta, param, upstream)
        if not_true(result[0], over_batch(x, gamma, beta)):
            true_to_own_forward(student, rng, (x, gamma, beta), param, [back[i] for i in range(3)], others)
            continue
        goals = gradients(over_batch, upstream, x, gamma, beta)
        either(NAMES, [back[i] for i in range(3)], tuple(goals), others, 1e-5, 1e-7)


def not_true(out, goal):
    """Whether a forward function gives something else; then its own question loses points."""
    return np.shape(out) != goal.shape or not np.allclose(out, goal, 1e-6, 1e-8)


@check(GROUPED, weight=3, hint=GROUP)
def group_values(student, rng):
    """Many shapes and numbers of groups"""
    for shape, groups, param in (
        ((3, 6, 2, 5), 2, {}),
        ((2, 4, 3, 1), 4, {"eps": 0.5}),
        ((1, 6, 2, 2), 3, {}),
        ((2, 3, 4, 2), 1, {}),
    ):
        x, gamma, beta = numbers(rng, *shape)
        out = student.conv_layers.spatial_groupnorm_forward(x, gamma, beta, groups, param)[0]
        goal = over_groups(x, gamma, beta, groups, param.get("eps", 1e-5))
        expect.close("out", out, goal, dtype="float")


@check(GROUPED, weight=0.5, hint=STABLE)
def group_stable(student, rng):
    """Numbers that hardly vary, and numbers around 1,000 in float32"""
    x, gamma, beta = numbers(rng, 2, 4, 3, 3)
    single = (1000 + x).astype(np.float32)
    for values, tolerance in ((1e-3 * x, 1e-6), (single, 5e-3)):
        scale, shift = gamma.astype(values.dtype), beta.astype(values.dtype)
        out = student.conv_layers.spatial_groupnorm_forward(values, scale, shift, 2, {})[0]
        expect.close("out", out, over_groups(values, scale, shift, 2), tolerance, tolerance)


@check(GROUPED, side=True, weight=0.3, hint=PRECISION)
def group_precision(student, rng):
    """float32 stays float32, and the arguments stay as they were"""
    x, gamma, beta = (a.astype(np.float32) for a in numbers(rng, 2, 4, 3, 2))

    def forward(x, gamma, beta):
        return student.conv_layers.spatial_groupnorm_forward(x, gamma, beta, 2, {})[0]

    out = expect.unchanged(student, forward, x=x, gamma=gamma, beta=beta)
    expect.close("out", out, over_groups(x, gamma, beta, 2), 1e-4, 1e-4, dtype=np.float32)


@check("conv_layers.spatial_groupnorm_backward", weight=3, after=GROUPED, hint=DX)
def group_backward_values(student, rng):
    """All three gradients, many shapes and numbers of groups"""
    layers = student.conv_layers
    for shape, groups in (((2, 6, 2, 2), 3), ((1, 4, 3, 2), 2), ((2, 3, 2, 3), 1), ((2, 2, 2, 3), 2)):
        (x, gamma, beta), upstream = numbers(rng, *shape), rng.standard_normal(shape)
        result = layers.spatial_groupnorm_forward(x, gamma, beta, groups, {})
        if not_true(result[0], over_groups(x, gamma, beta, groups)):
            expect.layer(
                layers.spatial_groupnorm_forward,
                layers.spatial_groupnorm_backward,
                rng,
                hint=DX,
                x=x,
                gamma=gamma,
                beta=beta,
                groups=groups,
                gn_param={},
            )
            continue
        back = layers.spatial_groupnorm_backward(upstream, result[1])
        goals = gradients(lambda *a, g=groups: over_groups(*a, g), upstream, x, gamma, beta)
        for place, (name, goal) in enumerate(zip(NAMES, goals, strict=True)):
            expect.close(name, back[place], goal, 1e-5, 1e-7, dtype="float")


@check("conv_layers.spatial_groupnorm_backward", side=True, weight=0.5, after=GROUPED)
def group_backward_is_pure(student, rng):
    """upstream stays as it was, a second pass gives the same, and float32 stays float32"""
    layers = student.conv_layers
    x, gamma, beta = (a.astype(np.float32) for a in numbers(rng, 2, 4, 3, 2))
    result = layers.spatial_groupnorm_forward(x, gamma, beta, 2, {})
    upstream = rng.standard_normal(x.shape).astype(np.float32)
    first = expect.unchanged(
        student, lambda upstream: layers.spatial_groupnorm_backward(upstream, result[1]), upstream=upstream
    )
    again = layers.spatial_groupnorm_backward(upstream, result[1])
    for place, (name, of) in enumerate(zip(NAMES, (x, gamma, beta), strict=True)):
        one = expect.array(name, first[place], of.shape, np.float32, hint=PRECISION)
        expect.close(f"{name} of a second pass", again[place], one, 1e-5, 1e-5)


def derived(name, forward, *extra):
    """A check that a backward function is derived: it must be done with 40,000 numbers in seconds."""

    @check(
        f"conv_layers.{name}_backward", gate=True, side=True, weight=0.01, seconds=5, after=forward, hint=DX
    )
    def backward_is_derived(student, rng):
        """The gradients are derived, not measured: 40,000 numbers"""
        x, gamma, beta = numbers(rng, 10, 10, 20, 20)
        layers = student.conv_layers
        param = {"mode": "train"} if not extra else {}
        cache = getattr(layers, f"{name}_forward")(x, gamma, beta, *extra, param)[1]
        getattr(layers, f"{name}_backward")(rng.standard_normal(x.shape), cache)


def own_caches(name, forward, after, *extras):
    """A check that a backward function needs nothing but its cache; one forward call for each of the extras."""

    @check(f"conv_layers.{name}_backward", side=True, weight=1, after=(*after, forward), hint=CACHE)
    def caches_are_their_own(student, rng):
        """Some forward calls, then their backward calls, each with its own cache"""
        layers = student.conv_layers
        functions = getattr(layers, f"{name}_forward"), getattr(layers, f"{name}_backward")
        calls = [(*numbers(rng, 2, 4, 2, 3), *extra) for extra in extras]
        each_with_its_own_cache(rng, *functions, calls, NAMES)


own_caches("spatial_batchnorm", SPATIAL, BATCH, ({"mode": "train"},), ({"mode": "train", "eps": 0.3},))
own_caches("spatial_groupnorm", GROUPED, (), (2, {}), (2, {}), (4, {"eps": 0.3}))
derived("spatial_batchnorm", SPATIAL)
derived("spatial_groupnorm", GROUPED, 5)
