"""Hidden checks of dropout, and of the functions of dropout.ipynb."""

from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect

KEEP = "p is the probability of keeping. The entries that stay are divided by it."
EACH = "Every entry needs a random number of its own, whatever the shape of x."
RNG = 'Only dropout_param["rng"] may decide, and NumPy\'s global generator is not to be touched.'
SAME = (
    "Backward needs forward's own mask: it cannot be seen from the output, and drawing again gives another."
)
PURE = "Is there a line such as a *= … or a[…] = … in which a is upstream, or in the cache?"
FORWARD = "layers.dropout_forward"
HELD = (
    "lambda forward, x, param: [list(forward(x, param))]"  # the cache stays there, also where it is an array
)
BACK = "lambda backward, upstream, held: backward(upstream, held[1])"
SHAPES = ((2, 3, 5, 4), (1, 60), (1, 7, 9), (64,))


def param(p, mode="train", seed=0):
    """A fresh last argument of dropout_forward."""
    return {"p": p, "mode": mode, "rng": np.random.default_rng(seed)}


def forward(student, x, p, mode="train", seed=0):
    """dropout_forward with a fresh generator: out, checked for its shape, and the cache."""
    result = student.layers.dropout_forward(x, param(p, mode, seed))
    return expect.array("out", result[0], np.shape(x), "float"), result[1]


def either(first, *others):
    """One of the expectations holds; the failure of the first is what the student reads."""
    try:
        return first()
    except CheckFailed as problem:
        for other in others:
            try:
                return other()
            except CheckFailed:
                continue
        raise problem


def skip(problem):
    """End a check whose question cannot be asked yet; the mistake is counted elsewhere."""
    raise CheckFailed(Finding("", problem), credit=1.0)


@check("layers.dropout_forward", weight=4, hint=KEEP)
def any_shape(student, rng):
    """Any shape, entries of any sign, and zeros"""
    total, kept_in_all = 0, 0
    for shape in SHAPES:
        x = rng.choice([-3.0, -1.0, 0.0, 2.0, 7.0], shape)
        seed = int(rng.integers(1 << 30))
        out, _ = forward(student, x, 0.7, seed=seed)
        kept = out != 0
        expect.close(f"out for x of shape {shape}", out, np.where(kept, x / 0.7, 0.0), rtol=1e-5)
        total, kept_in_all = total + int((x != 0).sum()), kept_in_all + int(kept.sum())
    share, sigma = kept_in_all / total, np.sqrt(0.21 / total)
    expect.true(
        abs(share - 0.7) < 6 * sigma,
        "is not near p.",
        what="the share that is kept",
        expected="0.7",
        got=share,
    )


@check("layers.dropout_forward", weight=3, hint=EACH)
def independent_entries(student, rng):
    """Independent decisions along every axis of a batch of feature maps"""
    shape, p = (16, 12, 9, 8), 0.4
    out, _ = forward(student, np.ones(shape), p, seed=int(rng.integers(1 << 30)))
    kept = (out != 0).astype(float)
    size = kept.size
    expect.true(abs(kept.mean() - p) < 6 * np.sqrt(p * (1 - p) / size), "is not p.", what="the share kept")
    centred = kept - p
    for axis in range(4):
        along = np.moveaxis(centred, axis, 0)
        for step in (1, 3):
            together = float(np.mean(along[:-step] * along[step:]))
            bound = 6 * p * (1 - p) / np.sqrt(along[step:].size)
            expect.true(
                abs(together) < bound, f"neighbours along axis {axis} are not independent.", what="the mask"
            )


@check("layers.dropout_forward", weight=1, hint=EACH)
def number_varies(student, rng):
    """How many entries are kept is itself random"""
    counts = [
        int((forward(student, np.ones((10, 10)), 0.5, seed=int(rng.integers(1 << 30)))[0] != 0).sum())
        for _ in range(12)
    ]
    expect.true(len(set(counts)) > 1, "is the same in twelve draws.", what="the number of kept entries")


GLOBAL = (
    "lambda forward, x, p, seed: [(np.random.seed(s), forward(x, {'p': p, 'mode': 'train', "
    "'rng': np.random.default_rng(seed)})[0], np.random.rand())[1:] for s in (1, 2, 1)]"
)
REFERENCE = "lambda: [(np.random.seed(s), np.random.rand())[1] for s in (1, 2, 1)]"


@check("layers.dropout_forward", weight=2, hint=RNG)
def no_global_state(student, rng):
    """NumPy's global generator neither decides nor moves"""
    x = np.ones((8, 9))
    runs = student.function(GLOBAL)(student.layers.dropout_forward, x, 0.5, int(rng.integers(1 << 30)))
    untouched = student.function(REFERENCE)()
    masks = [np.asarray(run[0]) for run in runs]
    same = all(np.array_equal(masks[0], one) for one in masks[1:])
    expect.true(same, "changes with NumPy's global seed.", what="the mask")
    moved = any(float(run[1]) != float(goal) for run, goal in zip(runs, untouched, strict=True))
    expect.true(not moved, "was moved or seeded.", what="NumPy's global generator")


MANY = (
    "lambda forward, x, p, seed: [forward(x, param)[0] for param in "
    "[{'p': p, 'mode': 'train', 'rng': np.random.default_rng(seed)}] for _ in range(6)]"
)


@check("layers.dropout_forward", weight=2, hint=RNG)
def every_call_anew(student, rng):
    """Six calls with one generator: six independent masks"""
    seed = int(rng.integers(1 << 30))
    outs = student.function(MANY)(student.layers.dropout_forward, np.ones((40, 50)), 0.5, seed)
    masks = [np.asarray(out) != 0 for out in outs]
    for one, two in pairwise(masks):
        agree = float(np.mean(one == two))
        expect.true(0.4 < agree < 0.6, "are not independent.", what="the masks of two calls", got=agree)


@check(
    "layers.dropout_forward", side=True, weight=2, hint="x may be used again by other layers: work on a copy."
)
def only_looks(student, rng):
    """x stays as it is, in both modes"""
    x = rng.standard_normal((5, 6))
    for mode in ("train", "test"):
        out, _ = expect.unchanged(
            student, lambda x, mode=mode: student.layers.dropout_forward(x, param(0.5, mode, 4)), x=x
        )
        if mode == "test":
            expect.close("out in test mode", out, x)


@check("layers.dropout_forward", side=True, weight=4, hint='In mode "test" the output is x.')
def test_mode(student, rng):
    """Test mode, any shape"""
    for shape in SHAPES:
        x = rng.standard_normal(shape)
        expect.close("out in test mode", forward(student, x, 0.25, "test")[0], x)


def reproducible(student, shape, p, seed):
    """What the student's forward makes of ones with this generator; None where it is not always the same."""
    first, second = (np.asarray(forward(student, np.ones(shape), p, seed=seed)[0]) for _ in range(2))
    return first if np.array_equal(first, second) else None


def passes_back(name, dx, upstream, factor, p):
    """dx is upstream times forward's factor, or times forward's mask over p."""
    expect.true(np.any(factor), "drops everything: nothing to go back through.", what="dropout_forward")
    either(
        lambda: expect.close(name, dx, upstream * factor, rtol=1e-5, dtype="float"),
        lambda: expect.close(name, dx, upstream * (factor != 0) / p, rtol=1e-5, dtype="float"),
    )


@check("layers.dropout_backward", weight=4, after=FORWARD, hint=SAME)
def zeros_in_x(student, rng):
    """The mask is not read off the output: half of x is zero"""
    for shape in ((11, 8), (2, 3, 5, 4), (1, 30)):
        seed = int(rng.integers(1 << 30))
        factor = reproducible(student, shape, 0.6, seed)
        if factor is None:
            skip("dropout_forward does not give the same mask for the same generator.")
        x = rng.standard_normal(shape) * (rng.random(shape) < 0.5)
        _, cache = forward(student, x, 0.6, seed=seed)
        upstream = rng.standard_normal(shape)
        passes_back(
            "dx where half of x is zero",
            student.layers.dropout_backward(upstream, cache),
            upstream,
            factor,
            0.6,
        )


@check("layers.dropout_backward", weight=3, after=FORWARD, hint=SAME)
def two_in_flight(student, rng):
    """Two forward calls, then their backward calls, each with its own mask"""
    ones = np.ones((6, 9))
    calls = [(*forward(student, ones, p, seed=int(rng.integers(1 << 30))), p) for p in (0.4, 0.7)]
    forward(student, ones, 0.5, "test")
    for out, cache, p in calls:
        upstream = rng.standard_normal(ones.shape)
        for time in ("first", "second"):
            dx = student.layers.dropout_backward(upstream, cache)
            passes_back(f"dx of the {time} backward call, p = {p}", dx, upstream, out, p)


@check("layers.dropout_backward", side=True, weight=2, after=FORWARD, hint="Test mode has a derivative too.")
def test_mode_back(student, rng):
    """Test mode, also after training mode, any shape"""
    for shape in SHAPES:
        upstream = rng.standard_normal(shape)
        out, cache = forward(student, np.ones(shape), 0.3, "test")
        forward(student, np.ones(shape), 0.3, "train")
        dx = student.layers.dropout_backward(upstream, cache)
        either(
            lambda dx=dx, upstream=upstream: expect.close("dx in test mode", dx, upstream, dtype="float"),
            lambda dx=dx, upstream=upstream, out=out: expect.close("dx in test mode", dx, upstream * out),
        )


@check("layers.dropout_backward", side=True, weight=1, after=FORWARD, hint=PURE)
def backward_looks_only(student, rng):
    """upstream and the cache stay as they are"""
    for mode in ("train", "test"):
        x, upstream = rng.standard_normal((2, 4, 5))
        held = student.function(HELD)(student.layers.dropout_forward, x, param(0.5, mode, 2))[0]

        def back(upstream, held=held):
            return student.function(BACK)(student.layers.dropout_backward, upstream, held)

        dx = expect.unchanged(student, back, upstream=upstream)
        found = expect.array(f"dx in {mode} mode", dx, x.shape, "float")
        expect.close(f"dx in {mode} mode at the second call with the same cache", back(upstream), found)


@check("dropout.by_hand", weight=9, hint="Two outcomes: zero, and 3/p. How probable is each?")
def by_hand_values(student, rng):
    """The values"""
    answers = expect.items("by_hand()", student.notebook.by_hand(), 4, "numbers")
    goals = (2**10, 3 / 0.6, 3.0, 0.6 * (3 / 0.6) ** 2 - 9.0)
    expect.several(
        *(
            lambda name=name, got=got, goal=goal, rtol=rtol: expect.number(name, got, goal, rtol)
            for name, got, goal, rtol in zip(
                ("subnetworks", "kept", "mean", "variance"), answers, goals, (1e-6, *[0.005] * 3), strict=True
            )
        )
    )


def all_masks(W1, b1, W2, b2, x, p):
    """The average by recursion over the units: each is there or not."""
    h = np.maximum(W1 @ x + b1, 0)

    def rest(unit, scores):
        if unit == len(h):
            return scores
        return p * rest(unit + 1, scores + W2[:, unit] * h[unit] / p) + (1 - p) * rest(unit + 1, scores)

    return rest(0, b2)


@check("dropout.average_over_masks", weight=5, hint="All 2^H masks, each with its own probability.")
def random_tiny_networks(student, rng):
    """Random networks, several p"""
    for D, H, C, p in ((3, 5, 2, 0.3), (1, 1, 4, 0.6), (4, 7, 3, 0.75)):
        W1, b1 = rng.standard_normal((H, D)), rng.standard_normal(H)
        W2, b2, x = rng.standard_normal((C, H)), rng.standard_normal(C), rng.standard_normal(D)
        got = student.notebook.average_over_masks(W1, b1, W2, b2, x, p)
        expect.close(f"average over 2^{H} masks, p = {p}", got, all_masks(W1, b1, W2, b2, x, p), rtol=1e-5)


@check("dropout.smooth_targets", weight=4, hint="What is left over is shared by the other classes.")
def lecture_targets(student, rng):
    """0.9 and 0.1/9; other numbers of classes"""
    for C, share in ((10, 0.9), (2, 0.7), (4, 0.55)):
        y = rng.integers(0, C, 8)
        expected = np.full((8, C), (1 - share) / (C - 1))
        np.put_along_axis(expected, y[:, None], share, axis=1)
        expect.close(f"targets for {C} classes", student.notebook.smooth_targets(y, C, share), expected)
    y = np.array([1, 0, 2])
    expect.unchanged(student, lambda y: student.notebook.smooth_targets(y, 3, 0.9), y=y)


@check(
    "dropout.ensemble_variance", weight=4, hint="k variances and k(k - 1) covariances, divided by k squared."
)
def variance_of_mean(student, rng):
    """Some correlation, from the covariance matrix"""
    for sigma2, k, rho in ((2.5, 3, 0.2), (0.4, 7, 0.6), (1.7, 2, 0.0), (1.0, 30, 0.05)):
        covariance = sigma2 * (rho * np.ones((k, k)) + (1 - rho) * np.eye(k))
        got = student.notebook.ensemble_variance(sigma2, k, rho)
        expect.number(f"variance of the mean of {k}", got, np.full(k, 1 / k) @ covariance @ np.full(k, 1 / k))
