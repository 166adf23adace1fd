"""Checks of the convolution, forward and backward, with loops and without."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SIZE = "Count the places on a strip of paper: the window starts at pixel 0, and must end at the last pixel."
FIT = "What should happen when the formula for the number of places gives 54.25?"
PLACES = "Which rows and columns of the padded picture does filter place (i, j) see? The filter is not turned around."
DEPTH = "A filter looks at all channels at once and gives one number. How many outputs are there, and how many biases?"
SQUARE = (
    "Height and width are two numbers, of pictures and of filters. Is one used in the place of the other?"
)
BORDER = (
    "Which part of the padded gradient belongs to the picture? Try pad = 0: what does a[pad:-pad] give then?"
)
ALONE = "No function changes its arguments: neither arrays nor dicts."
TWICE = "lambda forward, *arguments: [forward(*arguments)[0] for _ in range(2)]"
SHARED = "One input is seen from several places, and one weight is used at all of them: what happens to gradients there?"
LOOPS = (
    "Python spends microseconds on each step of a loop. Let one matrix product do all pixels of a picture."
)
VALUES = "The time is good, but the values are not. What is new here: many pictures, and float32."
BOTH = ("naive", "fast")
STRIDES = ((1, 1), (2, 1), (3, 0), (2, 0))


def settings(stride, pad):
    """The last argument of the convolution."""
    return {"stride": stride, "pad": pad}


def maps(student, kind, x, w, b, stride=1, pad=0):
    """The output of a convolution."""
    result = getattr(student.conv_layers, f"conv_forward_{kind}")(x, w, b, settings(stride, pad))
    return expect.items("what is returned", result, 2, "things", "They are out and cache.", stacked=False)[0]


@check("conv_layers.output_size", weight=2, hint=SIZE)
def sizes_by_hand(student, rng):
    """Five sizes that can be counted on paper"""
    for (size, field, stride, pad), goal in (
        ((5, 3, 1, 0), 3),
        ((5, 3, 1, 1), 5),
        ((7, 3, 2, 0), 3),
        ((4, 4, 3, 0), 1),
        ((6, 2, 2, 1), 4),
    ):
        got = student.conv_layers.output_size(size, field, stride, pad)
        expect.number(f"{size} pixels, window {field}, stride {stride}, pad {pad}", got, goal)


@check("conv_layers.output_size", weight=2, hint=FIT)
def sizes_that_do_not_fit(student, rng):
    """Windows that do not fit raise a ValueError"""
    expect.number("7 pixels, window 3, stride 2, pad 1", student.conv_layers.output_size(7, 3, 2, 1), 4)
    for size, field, stride, pad in ((7, 2, 2, 0), (224, 11, 4, 0), (3, 5, 1, 0)):
        expect.raises(
            "ValueError",
            lambda given=(size, field, stride, pad): student.conv_layers.output_size(*given),
            f"{size} pixels, window {field}, stride {stride}, pad {pad}",
            hint=FIT,
        )


def slopes(student, rng, kind, sizes, which, stride, pad, hint):
    """Some gradients against finite differences of the student's own forward function."""
    (N, C, H, W), (F, HH, WW) = sizes
    layers = student.conv_layers
    expect.layer(
        getattr(layers, f"conv_forward_{kind}"),
        getattr(layers, f"conv_backward_{kind}"),
        rng,
        hint=hint,
        options={"differentiate": which},
        x=rng.standard_normal((N, C, H, W)),
        w=rng.standard_normal((F, C, HH, WW)),
        b=rng.standard_normal(F),
        conv_param=settings(stride, pad),
    )


for kind_of_pass in BOTH:
    FORWARD, BACKWARD = (
        f"conv_layers.conv_forward_{kind_of_pass}",
        f"conv_layers.conv_backward_{kind_of_pass}",
    )

    @check(FORWARD, weight=2, hint=PLACES)
    def lecture_example(student, rng, kind=kind_of_pass):
        """The example of the lecture: numbers 1 to 9, a filter of 1, 10, 100 and 1000"""
        x, w = np.arange(1.0, 10.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 10.0], [100.0, 1000.0]]]])
        got = maps(student, kind, x, w, np.array([0.5]))
        expect.close("out", got, np.array([[[[5421.5, 6532.5], [8754.5, 9865.5]]]]))

    @check(FORWARD, weight=1, hint=DEPTH)
    def ones_count(student, rng, kind=kind_of_pass):
        """All ones: each output counts the pixels that its filter sees, over two channels"""
        x, w = np.ones((1, 2, 3, 4)), np.stack([np.ones((2, 3, 3)), 2 * np.ones((2, 3, 3))])
        pixels = np.array([[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]])
        goal = np.stack([2 * pixels + 10.0, 4 * pixels - 1.0])[None]
        expect.close("out with pad 1", maps(student, kind, x, w, np.array([10.0, -1.0]), 1, 1), goal)

    @check(FORWARD, weight=1, hint=SQUARE)
    def picks_one_pixel(student, rng, kind=kind_of_pass):
        """Filters of 2 × 3 with a single one pick every second pixel of pictures that are not square"""
        x, w = rng.standard_normal((2, 3, 6, 9)), np.zeros((2, 3, 2, 3))
        w[0, 2, 1, 0], w[1, 0, 0, 2] = 1.0, -1.0
        goal = np.stack([x[:, 2, 1::2, 0:7:2], -x[:, 0, 0::2, 2::2]], axis=1)
        expect.close("out with stride 2", maps(student, kind, x, w, np.zeros(2), 2), goal)

    @check(FORWARD, side=True, weight=0.5, after="conv_layers.output_size", hint=FIT)
    def places_must_be_whole(student, rng, kind=kind_of_pass):
        """Filters that do not fit, or whose places do not come out whole, raise a ValueError"""
        for (rows, columns), side, stride in (
            ((6, 7), 2, 2),
            ((7, 6), 2, 2),
            ((6, 7), 2, 4),
            ((3, 3), 5, 2),
            ((7, 3), 5, 2),
        ):
            x, w = rng.standard_normal((1, 2, rows, columns)), rng.standard_normal((3, 2, side, side))
            expect.raises(
                "ValueError",
                lambda x=x, w=w, s=stride: maps(student, kind, x, w, np.zeros(3), s),
                f"a filter of {side} x {side} with stride {stride} on {rows} x {columns} pixels",
                hint=FIT,
            )

    @check(FORWARD, side=True, weight=0.5, hint=ALONE)
    def forward_leaves_alone(student, rng, kind=kind_of_pass):
        """The arguments stay as they were, conv_param too"""
        x, w, b = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)

        def forward(x, w, b):
            return maps(student, kind, x, w, b, 1, 1)

        expect.array("out", expect.unchanged(student, forward, x=x, w=w, b=b), (2, 4, 4, 5), "float")
        function = getattr(student.conv_layers, f"conv_forward_{kind}")
        one, two = student.function(TWICE)(function, x, w, b, settings(1, 1))
        expect.close("out of a second call with the same conv_param", two, expect.array("out", one))

    @check(BACKWARD, weight=2, after=FORWARD, hint=SHARED)
    def gradients_padded(student, rng, kind=kind_of_pass):
        """dx, dw and db agree with finite differences: filters 3 × 3, pad 1"""
        slopes(student, rng, kind, ((2, 3, 4, 5), (2, 3, 3)), ("x", "w", "b"), 1, 1, SHARED)

    @check(BACKWARD, weight=1, after=FORWARD, hint=BORDER)
    def gradients_without_padding(student, rng, kind=kind_of_pass):
        """… and with pad 0, for pictures that are not square"""
        slopes(student, rng, kind, ((2, 2, 6, 4), (3, 3, 2)), ("x", "w", "b"), 1, 0, BORDER)

    @check(BACKWARD, weight=1, after=FORWARD, hint="Which steps does the loop over places take?")
    def gradients_with_stride(student, rng, kind=kind_of_pass):
        """… and with stride 2, where filters of 3 × 3 overlap, and stride 3, where those of 2 × 2 leave gaps"""
        slopes(student, rng, kind, ((1, 2, 5, 7), (2, 3, 3)), ("x", "w"), 2, 1, SHARED)
        slopes(student, rng, kind, ((1, 2, 8, 5), (2, 2, 2)), ("x", "w"), 3, 0, SHARED)


def same_as_loops(fast, loops, compare):
    """Compare with the student's loops, unless these do not run: then there is nothing to compare with."""
    got = fast()
    try:
        goal = loops()
    except (StudentError, CheckFailed):
        return
    compare(got, goal)


@check("conv_layers.conv_forward_fast", side=True, weight=0.5, after="conv_layers.conv_forward_naive")
def forward_agrees(student, rng):
    """The same output as your loops"""
    x, w, b = rng.standard_normal((3, 4, 9, 6)), rng.standard_normal((5, 4, 3, 3)), rng.standard_normal(5)
    for stride, pad in ((1, 2), (3, 0)):
        same_as_loops(
            lambda s=stride, p=pad: maps(student, "fast", x, w, b, s, p),
            lambda s=stride, p=pad: maps(student, "naive", x, w, b, s, p),
            lambda got, goal: expect.close("out", got, goal, 1e-6, 1e-9),
        )


@check("conv_layers.conv_forward_fast", side=True, weight=9, seconds=4, hint=LOOPS)
def forward_is_fast(student, rng):
    """256 pictures of 32 × 32 pixels, 16 filters: four million outputs in a moment"""
    x = rng.standard_normal((256, 3, 32, 32)).astype(np.float32)
    w, b = rng.standard_normal((16, 3, 3, 3)).astype(np.float32), np.zeros(16, np.float32)
    out = expect.array("out", maps(student, "fast", x, w, b, 1, 1), (256, 16, 32, 32), "float")
    goal = np.sum(x[255, :, :3, :3] * w[15])
    expect.close("out[255, 15, 1, 1]", out[255, 15, 1, 1], goal, 1e-3, 1e-4, hint=VALUES)


@check(
    "conv_layers.conv_backward_fast",
    side=True,
    weight=9,
    seconds=5,
    after="conv_layers.conv_forward_fast",
    hint=LOOPS,
)
def backward_is_fast(student, rng):
    """The gradients of 256 pictures and 16 filters in a moment"""
    x = rng.standard_normal((256, 3, 32, 32)).astype(np.float32)
    w, b = rng.standard_normal((16, 3, 3, 3)).astype(np.float32), np.zeros(16, np.float32)
    layers, upstream = student.conv_layers, rng.standard_normal((256, 16, 32, 32)).astype(np.float32)
    cache = layers.conv_forward_fast(x, w, b, settings(1, 1))[1]
    grads = layers.conv_backward_fast(upstream, cache)
    expect.array("dx", grads[0], x.shape, "float")
    expect.array("dw", grads[1], w.shape, "float")
    expect.close("db", grads[2], upstream.sum(axis=(0, 2, 3), dtype=float), 1e-3, 1e-2, hint=VALUES)
