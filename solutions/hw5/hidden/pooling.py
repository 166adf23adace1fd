"""Hidden checks of max pooling: by sorting, for awkward sizes and equal numbers."""

import numpy as np

from labkit.checks import check, expect

PLACES = "Which rows and columns does window (i, j) see? Stride and window need not be the same size."
LARGEST = "Who had the largest number in the window? Only there does the output move when the input does."
OVERLAP = (
    "One pixel may be the largest of several windows. What happens to the gradients that come from them?"
)
PRECISION = "Which array is made in float64? np.zeros and np.empty take a dtype."
CACHE = "Everything that backward needs is in its own cache."
FORWARD, BACKWARD = "conv_layers.max_pool_forward_naive", "conv_layers.max_pool_backward_naive"
# pictures (N, C, H, W), window and stride
SIZES = (
    ((2, 3, 6, 4), (2, 2, 2)),
    ((1, 2, 5, 7), (3, 3, 2)),
    ((3, 1, 4, 6), (2, 3, 1)),
    ((2, 2, 5, 8), (2, 2, 3)),
    ((1, 4, 3, 5), (3, 1, 2)),
    ((2, 1, 4, 4), (1, 1, 1)),
    ((1, 3, 2, 5), (2, 5, 1)),
    ((1, 2, 4, 7), (2, 3, 2)),
)


def window(height, width, stride):
    """The last argument of the pooling functions."""
    return {"pool_height": height, "pool_width": width, "stride": stride}


def stacked(x, height, width, stride):
    """Every window's numbers as the last axis, (N, C, H', W', height * width), and where they came from."""
    N, C, H, W = x.shape
    places = np.arange(N * C * H * W).reshape(x.shape)
    starts = [range(0, size - field + 1, stride) for size, field in ((H, height), (W, width))]
    chosen = np.array(
        [
            [places[:, :, i : i + height, j : j + width].reshape(N, C, -1) for j in starts[1]]
            for i in starts[0]
        ]
    )  # (H', W', N, C, height * width)
    origin = chosen.transpose(2, 3, 0, 1, 4)
    return x.ravel()[origin], origin


@check(FORWARD, weight=3, hint=PLACES)
def forward_values(student, rng):
    """Many sizes, all numbers far below zero"""
    for shape, sizes in SIZES:
        x = rng.uniform(-9000, -2000, shape)
        out = student.conv_layers.max_pool_forward_naive(x, window(*sizes))[0]
        expect.close("out", out, np.sort(stacked(x, *sizes)[0], axis=-1)[..., -1], dtype="float")


@check(FORWARD, side=True, weight=0.3, hint=PRECISION)
def forward_precision(student, rng):
    """float32 stays float32"""
    x = rng.standard_normal((2, 3, 4, 6)).astype(np.float32)
    out = student.conv_layers.max_pool_forward_naive(x, window(2, 2, 2))[0]
    expect.close("out", out, np.sort(stacked(x, 2, 2, 2)[0], axis=-1)[..., -1], dtype=np.float32)


@check(BACKWARD, weight=3, after=FORWARD, hint=OVERLAP)
def backward_values(student, rng):
    """Many sizes, overlapping and with gaps"""
    layers = student.conv_layers
    for shape, sizes in SIZES:
        x = 0.01 * rng.permutation(int(np.prod(shape))).reshape(shape) - 0.3
        values, origin = stacked(x, *sizes)
        result = layers.max_pool_forward_naive(x, window(*sizes))
        if np.shape(result[0]) != values.shape[:-1] or not np.allclose(result[0], values.max(axis=-1)):
            expect.layer(
                layers.max_pool_forward_naive,
                layers.max_pool_backward_naive,
                rng,
                hint=LARGEST,
                x=x,
                pool_param=window(*sizes),
            )
            continue  # true to a forward function that has lost its own question's points
        upstream = rng.standard_normal(values.shape[:-1])
        winner = np.take_along_axis(origin, values.argmax(axis=-1)[..., None], axis=-1)[..., 0]
        goal = np.bincount(winner.ravel(), upstream.ravel(), minlength=x.size).reshape(shape)
        expect.close("dx", layers.max_pool_backward_naive(upstream, result[1]), goal, dtype="float")


@check(BACKWARD, weight=0.5, after=FORWARD, hint=LARGEST)
def backward_equal_numbers(student, rng):
    """One channel has windows with two largest numbers: dx goes to one of them, is shared, or goes to both"""
    layers, x = student.conv_layers, -np.ones((2, 2, 4, 6))
    x[1] = 2.5 - 1e-7  # nearly as large
    x[:, :, ::2, ::2] = x[0, 1, 1::2, 1::2] = 2.5
    upstream = rng.uniform(1, 2, (2, 2, 2, 3))
    result = layers.max_pool_forward_naive(x, window(2, 2, 2))
    dx = expect.array("dx", layers.max_pool_backward_naive(upstream, result[1]), x.shape, "float")
    first, second = dx[:, :, ::2, ::2], dx[:, :, 1::2, 1::2]
    whole = np.isclose(first + second, upstream) & (first >= 0) & (second >= 0)
    twice = np.isclose(first, upstream) & np.isclose(second, upstream)
    expect.true(bool((whole | twice).all()), "does not pass on the whole gradient.", what="dx", hint=LARGEST)
    expect.close("dx of the smaller numbers", dx[:, :, ::2, 1::2], np.zeros((2, 2, 2, 3)))
    expect.close("dx of the smaller numbers below", dx[:, :, 1::2, ::2], np.zeros((2, 2, 2, 3)))
    for n, c in ((0, 0), (1, 0), (1, 1)):
        expect.close(f"dx of the only largest numbers, picture {n}, channel {c}", first[n, c], upstream[n, c])


@check(BACKWARD, side=True, weight=1, after=FORWARD, hint=CACHE)
def caches_are_their_own(student, rng):
    """Two forward calls, then their backward calls, each with its own cache"""
    layers, calls = student.conv_layers, []
    for sizes in ((2, 2, 2), (2, 2, 1)):
        x = rng.standard_normal((2, 3, 4, 6))
        upstream = rng.standard_normal(stacked(x, *sizes)[0].shape[:-1])
        result = layers.max_pool_forward_naive(x, window(*sizes))
        alone = expect.array("dx", layers.max_pool_backward_naive(upstream, result[1]), x.shape, "float")
        calls.append((x, sizes, upstream, alone))
    caches = [layers.max_pool_forward_naive(x, window(*sizes))[1] for x, sizes, _, _ in calls]
    for number, (cache, (_, _, upstream, alone)) in enumerate(zip(caches, calls, strict=True), start=1):
        dx = layers.max_pool_backward_naive(upstream, cache)
        expect.close(f"dx of forward call {number} of 2", dx, alone)


@check(BACKWARD, side=True, weight=0.5, after=FORWARD)
def backward_is_pure(student, rng):
    """upstream stays as it was, a second pass gives the same, and float32 stays float32"""
    layers, x = student.conv_layers, rng.standard_normal((2, 3, 5, 5)).astype(np.float32)
    result = layers.max_pool_forward_naive(x, window(3, 3, 2))
    upstream = rng.standard_normal((2, 3, 2, 2)).astype(np.float32)
    first = expect.unchanged(
        student, lambda upstream: layers.max_pool_backward_naive(upstream, result[1]), upstream=upstream
    )
    first = expect.array("dx", first, x.shape, np.float32, hint=PRECISION)
    expect.close(
        "dx of a second pass", layers.max_pool_backward_naive(upstream, result[1]), first, 1e-5, 1e-6
    )


@check(BACKWARD, gate=True, side=True, weight=0.01, seconds=5, after=FORWARD, hint=LARGEST)
def backward_is_derived(student, rng):
    """The gradient is derived, not measured"""
    x = rng.standard_normal((4, 8, 24, 24))
    layers = student.conv_layers
    result = layers.max_pool_forward_naive(x, window(2, 2, 2))
    layers.max_pool_backward_naive(rng.standard_normal((4, 8, 12, 12)), result[1])
