"""Checks of max pooling, forward and backward."""

import numpy as np

from labkit.checks import check, expect

PLACES = "Which rows and columns does window (i, j) see? Stride and window need not be the same size."
SQUARE = "Height and width are two numbers each: of the picture, of the window, of the output."
FIT = "What does your output_size do when the number of places is not whole?"
LARGEST = "Who had the largest number in the window? Only there does the output move when the input does."
OVERLAP = (
    "One pixel may be the largest of several windows. What happens to the gradients that come from them?"
)
ALONE = "No function changes its arguments: neither arrays nor dicts."
TWICE = "lambda forward, *arguments: [forward(*arguments)[0] for _ in range(2)]"
FORWARD, BACKWARD = "conv_layers.max_pool_forward_naive", "conv_layers.max_pool_backward_naive"


def window(height, width, stride):
    """The last argument of the pooling functions."""
    return {"pool_height": height, "pool_width": width, "stride": stride}


def pooled(student, x, *sizes):
    """The output of max pooling."""
    result = student.conv_layers.max_pool_forward_naive(x, window(*sizes))
    return expect.items("what is returned", result, 2, "things", "They are out and cache.", stacked=False)[0]


@check(FORWARD, weight=2, hint=PLACES)
def forward_by_hand(student, rng):
    """By hand: numbers that grow, some of them negative, in windows of 2 × 2"""
    x = np.arange(-10.0, 6.0).reshape(1, 1, 4, 4)
    expect.close("out", pooled(student, x, 2, 2, 2), np.array([[[[-5.0, -3.0], [3.0, 5.0]]]]))
    expect.close(
        "out with stride 1",
        pooled(student, x, 2, 2, 1),
        np.array([[[[-5, -4, -3], [-1, 0, 1], [3, 4, 5.0]]]]),
    )


@check(FORWARD, weight=2, hint=SQUARE)
def forward_one_row(student, rng):
    """A picture that is not square, windows of 1 × 2 and 3 × 1: each channel by itself"""
    x = rng.standard_normal((2, 3, 3, 6))
    wide = x[:, :, :1]
    expect.close("out of 1 x 2", pooled(student, wide, 1, 2, 2), np.maximum(wide[..., ::2], wide[..., 1::2]))
    top, middle, bottom = x[:, :, 0, ::5], x[:, :, 1, ::5], x[:, :, 2, ::5]
    goal = np.maximum(np.maximum(top, middle), bottom)[:, :, None]
    expect.close("out of 3 x 1, stride 5", pooled(student, x, 3, 1, 5), goal)


@check(FORWARD, side=True, weight=0.5, after="conv_layers.output_size", hint=FIT)
def windows_must_fit(student, rng):
    """Windows that do not fit raise a ValueError"""
    for rows, columns, side in ((5, 4, 2), (4, 5, 2), (3, 3, 5), (3, 7, 5)):
        x = rng.standard_normal((1, 2, rows, columns))
        expect.raises(
            "ValueError",
            lambda x=x, side=side: pooled(student, x, side, side, 2),
            f"windows of {side} x {side} with stride 2 on {rows} x {columns} pixels",
            hint=FIT,
        )


@check(FORWARD, side=True, weight=0.5, hint=ALONE)
def forward_leaves_alone(student, rng):
    """The pictures stay as they were, and so does pool_param"""
    x = rng.standard_normal((2, 3, 4, 6))
    out = expect.unchanged(student, lambda x: pooled(student, x, 2, 2, 2), x=x)
    expect.array("out", out, (2, 3, 2, 3), "float")
    one, two = student.function(TWICE)(student.conv_layers.max_pool_forward_naive, x, window(2, 2, 2))
    expect.close("out of a second call with the same pool_param", two, expect.array("out", one))


def slopes(student, rng, shape, sizes, hint):
    """dx against finite differences of the student's own forward function; all numbers are well apart."""
    x = 0.1 * rng.permutation(int(np.prod(shape))).reshape(shape)
    layers = student.conv_layers
    expect.layer(
        layers.max_pool_forward_naive,
        layers.max_pool_backward_naive,
        rng,
        hint=hint,
        x=x,
        pool_param=window(*sizes),
    )


@check(BACKWARD, weight=2, after=FORWARD, hint=LARGEST)
def gradient_side_by_side(student, rng):
    """dx agrees with finite differences: windows of 2 × 2 side by side"""
    slopes(student, rng, (2, 3, 4, 6), (2, 2, 2), LARGEST)


@check(BACKWARD, weight=2, after=FORWARD, hint=OVERLAP)
def gradient_overlapping(student, rng):
    """… and where windows of 3 × 2 overlap"""
    slopes(student, rng, (2, 2, 5, 6), (3, 2, 1), OVERLAP)
    slopes(student, rng, (1, 2, 7, 5), (3, 3, 2), OVERLAP)


@check(BACKWARD, weight=1, after=FORWARD, hint=PLACES)
def gradient_with_gaps(student, rng):
    """… and with gaps between the windows: nobody looks there"""
    slopes(student, rng, (2, 2, 5, 8), (2, 2, 3), PLACES)


@check(BACKWARD, weight=0.5, after=FORWARD, hint=LARGEST)
def gradient_of_equals(student, rng):
    """Where all numbers of a window are equal, its gradient goes to one of them, is shared, or goes to all"""
    layers, x = student.conv_layers, np.zeros((1, 1, 2, 4))
    result = layers.max_pool_forward_naive(x, window(2, 2, 2))
    dx = expect.array("dx", layers.max_pool_backward_naive(np.array([[[[3.0, -2.0]]]]), result[1]), x.shape)
    for side, value in ((0, 3.0), (2, -2.0)):
        got = dx[0, 0, :, side : side + 2].ravel()
        once, everywhere = np.isclose(got.sum(), value) and np.all(got * value >= 0), np.allclose(got, value)
        expect.true(
            once or everywhere,
            f"should pass {value:g} on once, in one piece or in shares, or to all four equal numbers.",
            what="dx",
            got=got,
            hint=LARGEST,
        )
