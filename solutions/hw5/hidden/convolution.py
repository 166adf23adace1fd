"""Hidden checks of the convolution: the definition, one offset of the filter at a time, for awkward sizes."""

import numpy as np

from labkit.checks import check, expect

PLACES = "Which rows and columns of the padded picture does filter place (i, j) see? The filter is not turned around."
SHARED = "One input is seen from several places, and one weight is used at all of them: what happens to gradients there?"
PRECISION = "Which array is made in float64? np.zeros and np.empty take a dtype."
PURE = "Is there a line such as a += … or a[…] = … in which a is upstream, or in the cache?"
COST = "A backward pass costs about as much as a forward pass or two. Derive the gradients, and add them up place by place."
CACHE = "Everything that backward needs is in its own cache."
BOTH = ("naive", "fast")
# pictures (N, C, H, W), filters (F, HH, WW), stride, pad
SIZES = (
    ((2, 3, 5, 8), (4, 3, 3), 1, 1),
    ((1, 1, 4, 4), (1, 1, 1), 1, 0),
    ((3, 2, 7, 9), (2, 3, 5), 2, 0),
    ((2, 4, 8, 6), (3, 2, 4), 2, 2),
    ((1, 2, 8, 11), (5, 2, 2), 3, 0),
    ((2, 1, 3, 4), (3, 3, 4), 1, 0),
    ((2, 2, 6, 4), (2, 5, 3), 1, 2),
    ((9, 2, 4, 5), (3, 3, 2), 1, 1),  # more pictures than a block of them may have
)


def numbers(rng, pictures, filters):
    """x, w and b."""
    F, HH, WW = filters
    return (
        rng.standard_normal(pictures),
        rng.standard_normal((F, pictures[1], HH, WW)),
        rng.standard_normal(F),
    )


def planes(x, w, stride, pad):
    """For each offset in the filter, the padded pictures' pixels that it meets: (k, m, rows, columns, slices)."""
    sides = [(size + 2 * pad - field) // stride for size, field in zip(x.shape[2:], w.shape[2:], strict=True)]
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            yield (
                k,
                m,
                tuple(
                    slice(start, start + last * stride + 1, stride)
                    for start, last in zip((k, m), sides, strict=True)
                ),
            )


def wide(x, pad):
    """The picture with zeros around it."""
    N, C, H, W = x.shape
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    padded[:, :, pad : pad + H, pad : pad + W] = x
    return padded


def truth(x, w, b, stride, pad):
    """Oracle: the output."""
    padded = wide(x, pad)
    return b[:, None, None] + sum(
        np.einsum("fc,ncij->nfij", w[:, :, k, m], padded[:, :, rows, columns])
        for k, m, (rows, columns) in planes(x, w, stride, pad)
    )


def true_gradients(x, w, upstream, stride, pad):
    """Oracle: dx, dw, db."""
    padded = wide(x, pad)
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for k, m, (rows, columns) in planes(x, w, stride, pad):
        dw[:, :, k, m] = np.einsum("nfij,ncij->fc", upstream, padded[:, :, rows, columns])
        dpadded[:, :, rows, columns] += np.einsum("nfij,fc->ncij", upstream, w[:, :, k, m])
    H, W = x.shape[2:]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, np.einsum("nfij->f", upstream)


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


def sizes_of(rng):
    """Sizes and what `output_size` should say: the last place that still fits, by counting."""
    for _ in range(40):
        field, stride, pad, places = (int(n) for n in rng.integers([1, 1, 0, 1], [9, 6, 5, 20]))
        size = field + stride * (places - 1) - 2 * pad
        if size > 0:
            yield size, field, stride, pad, len(range(-pad, size + pad - field + 1, stride))


@check("conv_layers.output_size", weight=2, hint="Which operation keeps an int an int?")
def many_sizes(student, rng):
    """Many sizes, as whole numbers"""
    kind = student.function("lambda f, *a: type(f(*a)).__name__")
    for size, field, stride, pad, goal in sizes_of(rng):
        what = f"{size} pixels, window {field}, stride {stride}, pad {pad}"
        expect.number(what, student.conv_layers.output_size(size, field, stride, pad), goal)
        name = kind(student.conv_layers.output_size, size, field, stride, pad)
        expect.true(name.startswith("int"), f"is a {name}, but should be a whole number.", what=what)


@check(
    "conv_layers.output_size",
    weight=2,
    hint="A window may be too large, even where the formula gives a whole number.",
)
def many_misfits(student, rng):
    """Many windows that do not fit"""
    expect.number("9 pixels, window 3, stride 3, pad 0", student.conv_layers.output_size(9, 3, 3, 0), 3)
    given = [(3, 5, 2, 0), (2, 6, 1, 1), (3, 5, 1, 0), (1, 7, 2, 1)]
    for size, field, stride, pad, _ in sizes_of(rng):
        if stride > 1:
            given.append((size + int(rng.integers(1, stride)), field, stride, pad))
    for numbers_given in given:
        expect.raises(
            "ValueError",
            lambda g=numbers_given: student.conv_layers.output_size(*g),
            "a window that does not fit",
        )


for kind_of_pass in BOTH:
    FORWARD, BACKWARD = (
        f"conv_layers.conv_forward_{kind_of_pass}",
        f"conv_layers.conv_backward_{kind_of_pass}",
    )

    @check(FORWARD, weight=4, hint=PLACES)
    def forward_values(student, rng, kind=kind_of_pass):
        """Many sizes: pictures and filters that are not square, strides 1 to 3, pads 0 to 2, many pictures"""
        forward = getattr(student.conv_layers, f"conv_forward_{kind}")
        for pictures, filters, stride, pad in SIZES:
            x, w, b = numbers(rng, pictures, filters)
            out = forward(x, w, b, {"stride": stride, "pad": pad})[0]
            expect.close("out", out, truth(x, w, b, stride, pad), dtype="float")

    @check(FORWARD, side=True, weight=0.5, hint=PRECISION)
    def forward_precision(student, rng, kind=kind_of_pass):
        """float32 stays float32"""
        x, w, b = (a.astype(np.float32) for a in numbers(rng, (2, 3, 5, 4), (4, 3, 3)))
        out = getattr(student.conv_layers, f"conv_forward_{kind}")(x, w, b, {"stride": 1, "pad": 1})[0]
        expect.close("out", out, truth(x, w, b, 1, 1), 1e-4, 1e-4, dtype=np.float32)

    @check(BACKWARD, weight=4, after=FORWARD, hint=SHARED)
    def backward_values(student, rng, kind=kind_of_pass):
        """All three gradients for many sizes"""
        forward, backward = (
            getattr(student.conv_layers, f"conv_{way}_{kind}") for way in ("forward", "backward")
        )
        for pictures, filters, stride, pad in SIZES:
            (x, w, b), param = numbers(rng, pictures, filters), {"stride": stride, "pad": pad}
            result = forward(x, w, b, param)
            out, goal = result[0], truth(x, w, b, stride, pad)
            if np.shape(out) != goal.shape or not np.allclose(out, goal, 1e-6, 1e-8):
                expect.layer(forward, backward, rng, hint=SHARED, x=x, w=w, b=b, conv_param=param)
                continue  # true to a forward function that has lost its own question's points
            upstream = rng.standard_normal(goal.shape)
            got = backward(upstream, result[1])
            for place, (name, gradient) in enumerate(
                zip(("dx", "dw", "db"), true_gradients(x, w, upstream, stride, pad), strict=True)
            ):
                expect.close(name, got[place], gradient, dtype="float")

    @check(BACKWARD, side=True, weight=0.5, after=FORWARD, hint=PURE)
    def backward_is_pure(student, rng, kind=kind_of_pass):
        """upstream stays as it was, a second pass gives the same, and float32 stays float32"""
        forward, backward = (
            getattr(student.conv_layers, f"conv_{way}_{kind}") for way in ("forward", "backward")
        )
        x, w, b = (a.astype(np.float32) for a in numbers(rng, (2, 3, 5, 4), (4, 3, 3)))
        result = forward(x, w, b, {"stride": 1, "pad": 1})
        upstream = rng.standard_normal(np.shape(result[0])).astype(np.float32)
        first = expect.unchanged(student, lambda upstream: backward(upstream, result[1]), upstream=upstream)
        again = backward(upstream, result[1])
        for place, (name, of) in enumerate((("dx", x), ("dw", w), ("db", b))):
            one = expect.array(name, first[place], of.shape, np.float32, hint=PRECISION)
            expect.close(f"{name} of a second pass", again[place], one, 1e-5, 1e-5)

    @check(BACKWARD, side=True, weight=1.5, after=FORWARD, hint=CACHE)
    def caches_are_their_own(student, rng, kind=kind_of_pass):
        """Two forward calls, then their backward calls, each with its own cache"""
        forward, backward = (
            getattr(student.conv_layers, f"conv_{way}_{kind}") for way in ("forward", "backward")
        )
        for settings in ((1, 1), (1, 1)), ((1, 1), (2, 0)):
            calls = [
                (*numbers(rng, (2, 2, 5, 5), (3, 3, 3)), {"stride": stride, "pad": pad})
                for stride, pad in settings
            ]
            each_with_its_own_cache(rng, forward, backward, calls, ("dx", "dw", "db"))

    @check(BACKWARD, gate=True, side=True, weight=0.01, seconds=6, after=FORWARD, hint=COST)
    def backward_is_derived(student, rng, kind=kind_of_pass):
        """The gradients are derived, not measured"""
        x, w, b = numbers(rng, (6, 4, 24, 24), (5, 3, 3))
        layers = student.conv_layers
        cache = getattr(layers, f"conv_forward_{kind}")(x, w, b, {"stride": 1, "pad": 1})[1]
        getattr(layers, f"conv_backward_{kind}")(rng.standard_normal((6, 5, 24, 24)), cache)
