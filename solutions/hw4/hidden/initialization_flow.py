"""Hidden checks of the nets of initialization.ipynb, with oracles of their own, and of the notebook's functions."""

from contextlib import suppress
from itertools import pairwise
from math import pi, sqrt

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

LAYERS = "All sizes differ here. Which nonlinearity, and after which layers?"
CHAIN = "Compare each line of the docstring with yours: which output belongs to which weights?"
ENTRIES = "One mean, and one standard deviation, of all the entries of a layer."
PURE = "Only look at the arguments; make new arrays."
SPARED = """lambda call, before, *arguments: (
    after := [W.copy() for W in before], call(after, *arguments),
    all(np.array_equal(a, b) for a, b in zip(before, after)))[-1]"""
SIZES = (((5, 9, 4, 7), 8), ((3, 6), 4), ((4, 2, 5, 3, 6, 8), 1), ((1, 4, 1), 5))


def net(rng, sizes, N, dtype=np.float64):
    """Random weights for layers of these sizes, and inputs."""
    weights = [(1.3 * rng.standard_normal((o, i)) / np.sqrt(i)).astype(dtype) for i, o in pairwise(sizes)]
    return weights, rng.standard_normal((N, sizes[0])).astype(dtype)


def forward(weights, x, nonlinearity):
    """Oracle: one input at a time, columns as in the lecture; also the derivatives at every z."""
    hs, slopes = [], []
    column = np.asarray(x, dtype=np.float64).T
    for W in weights:
        z = np.asarray(W, dtype=np.float64) @ column
        if nonlinearity == "relu":
            column, slope = z * (z > 0), (z > 0).astype(float)
        else:
            e = np.exp(-2 * np.abs(z))
            column, slope = np.sign(z) * (1 - e) / (1 + e), 4 * e / (1 + e) ** 2
        hs.append(column.T)
        slopes.append(slope.T)
    return hs, slopes


def backward(weights, x, upstream, nonlinearity):
    """Oracle: dh by a product of Jacobians for each input, dW as a sum of outer products."""
    hs, slopes = forward(weights, x, nonlinearity)
    inputs = [np.asarray(x, dtype=np.float64), *hs[:-1]]
    dhs, dWs, dh = [], [], np.asarray(upstream, dtype=np.float64)
    for W, h, slope in list(zip(weights, inputs, slopes, strict=True))[::-1]:
        dhs.insert(0, dh)
        dWs.insert(0, np.einsum("no,ni->oi", dh * slope, h))
        dh = np.einsum("no,oi->ni", dh * slope, np.asarray(W, dtype=np.float64))
    return dhs, dWs


def items(what, got, count):
    """The entries of a list, tuple or array that should have so many of them."""
    try:
        found = [got[place] for place in range(len(got))]
    except (TypeError, KeyError, IndexError):
        raise CheckFailed(Finding(what, "should be a sequence with one entry for each layer.")) from None
    expect.true(len(found) == count, f"has {len(found)} entries, but {count} were expected.", what=what)
    return found


def arrays(what, got, expected, rtol=1e-6, dtype=None):
    """One array for each layer."""
    for layer, (one, goal) in enumerate(zip(items(what, got, len(expected)), expected, strict=True), 1):
        atol = rtol * max(float(np.abs(goal).max()), 1e-30)
        expect.close(f"{what}_{layer}", one, goal, rtol, atol, dtype=dtype)


def numbers(what, got, expected, scale=None):
    """One number for each layer, right to 1e-5 of it or of `scale`."""
    scale = np.zeros(len(expected)) if scale is None else scale
    rows = zip(items(what, got, len(expected)), expected, scale, strict=True)
    for layer, (one, goal, size) in enumerate(rows, 1):
        expect.number(f"{what} of layer {layer}", one, goal, rtol=1e-5, atol=1e-5 * size)


def either(expectation, references):
    """The first reference that holds is enough; otherwise the failure is that of the first."""
    failures = []
    for reference in references:
        try:
            expectation(reference)
            return
        except CheckFailed as failure:
            failures.append(failure)
        except (TypeError, ValueError, IndexError, AttributeError):
            continue
    raise failures[0]


@check("initialization.activations", weight=3, hint=LAYERS)
def activation_values(student, rng):
    """Other depths and widths, a single input"""

    def values(nonlinearity):
        for sizes, N in SIZES:
            weights, x = net(rng, sizes, N)
            got = student.initialization.activations(weights, x, nonlinearity)
            arrays("h", got, forward(weights, x, nonlinearity)[0])

    expect.several(lambda: values("relu"), lambda: values("tanh"))


@check(
    "initialization.activations",
    side=True,
    weight=0.5,
    hint="Which of your arrays is float64, and where does it come from?",
)
def activation_precision(student, rng):
    """float32 stays float32, and the arguments stay as they are"""
    weights, x = net(rng, (6, 8, 3), 5, np.float32)
    for f in ("relu", "tanh"):
        got = expect.unchanged(
            student, lambda x, f=f: student.initialization.activations(weights, x, f), x=x, hint=PURE
        )
        arrays("h", got, forward(weights, x, f)[0], rtol=1e-4, dtype=np.float32)
        spared = student.function(SPARED)(student.initialization.activations, weights, x, f)
        expect.true(spared, "were changed in place.", what="the weights", hint=PURE)


@check("initialization.activations", side=True, weight=0.5, hint="np.tanh copes with every number.")
def activation_extremes(student, rng):
    """Weights a thousand times too large"""
    weights, x = net(rng, (6, 8, 5, 3), 5)
    weights = [1000 * W for W in weights]
    for f in ("relu", "tanh"):
        arrays("h", student.initialization.activations(weights, x, f), forward(weights, x, f)[0])


@check("initialization.activation_statistics", weight=3, after="initialization.activations", hint=ENTRIES)
def activation_numbers(student, rng):
    """Random nets"""

    def compare(result, references):
        means, stds = items("the result", result, 2)
        expect.several(
            lambda: either(
                lambda hs: numbers("mean", means, [h.mean() for h in hs], [h.std() for h in hs]), references
            ),
            lambda: either(lambda hs: numbers("standard deviation", stds, [h.std() for h in hs]), references),
        )

    for f in ("relu", "tanh"):
        for sizes, N in SIZES:
            weights, x = net(rng, sizes, N)
            references = [forward(weights, x, f)[0]]
            with suppress(StudentError, TypeError, ValueError):
                references.append([np.asarray(h) for h in student.initialization.activations(weights, x, f)])
            compare(student.initialization.activation_statistics(weights, x, f), references)


def own_backward(student, weights, x, upstream, nonlinearity):
    """The gradients of what the student's own `activations` computes, by central differences."""

    def slopes_of(array, last):
        slopes = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            values = []
            for step in (1e-5, -1e-5):
                moved = array.copy()
                moved[place] += step
                values.append(float(np.vdot(upstream, np.asarray(last(moved)))))
            slopes[place] = (values[0] - values[1]) / 2e-5
        return slopes

    def run(ws, h):
        return student.initialization.activations(ws, h, nonlinearity)

    hs = [np.asarray(h) for h in run(weights, x)]
    dWs = [
        slopes_of(W, lambda V, place=place: run([*weights[:place], V, *weights[place + 1 :]], x)[-1])
        for place, W in enumerate(weights)
    ]
    dhs = [
        slopes_of(h, lambda v, place=place: run(weights[place + 1 :], v)[-1])
        for place, h in enumerate(hs[:-1])
    ]
    return [*dhs, upstream], dWs


def flow(student, rng, part):
    """One of the two lists that `gradients` returns, against the oracle, or else the student's own activations."""
    for f in ("relu", "tanh"):
        for sizes, N in SIZES:
            weights, x = net(rng, sizes, N)
            upstream = rng.standard_normal((N, sizes[-1]))
            got = items("the result", student.initialization.gradients(weights, x, upstream, f), 2)[part]
            name = ("dh", "dW")[part]
            try:
                arrays(name, got, backward(weights, x, upstream, f)[part])
            except CheckFailed:
                if own_differs(student, weights, x, f):
                    try:
                        arrays(name, got, own_backward(student, weights, x, upstream, f)[part], rtol=1e-4)
                        continue
                    except (CheckFailed, StudentError, TypeError, ValueError, IndexError):
                        pass
                raise


def own_differs(student, weights, x, nonlinearity):
    """Whether the student's activations are other than they should be."""
    try:
        arrays(
            "h",
            student.initialization.activations(weights, x, nonlinearity),
            forward(weights, x, nonlinearity)[0],
        )
    except (CheckFailed, StudentError):
        return True
    return False


@check("initialization.gradients", weight=3, after="initialization.activations", hint=CHAIN)
def gradient_of_weights(student, rng):
    """What reaches the weights: random nets, a single input"""
    flow(student, rng, 1)


@check("initialization.gradients", weight=3, after="initialization.activations", hint=CHAIN)
def gradient_of_outputs(student, rng):
    """What flows back to the outputs: random nets, a single input"""
    flow(student, rng, 0)


@check("initialization.gradients", side=True, weight=0.5, after="initialization.activations", hint=PURE)
def gradient_precision(student, rng):
    """float32 stays float32, and the arguments stay as they are"""
    weights, x = net(rng, (6, 8, 3), 5, np.float32)
    upstream = rng.standard_normal((5, 3)).astype(np.float32)
    for f in ("relu", "tanh"):
        dhs, dWs = expect.unchanged(
            student,
            lambda x, upstream, f=f: student.initialization.gradients(weights, x, upstream, f),
            x=x,
            upstream=upstream,
            hint=PURE,
        )
        for name, got, goal in zip(("dh", "dW"), (dhs, dWs), backward(weights, x, upstream, f), strict=True):
            arrays(name, got, goal, rtol=1e-4, dtype=np.float32)
        spared = student.function(SPARED)(student.initialization.gradients, weights, x, upstream, f)
        expect.true(spared, "were changed in place.", what="the weights", hint=PURE)


@check(
    "initialization.gradients", side=True, weight=0.5, hint="What is ReLU's derivative where its output is 0?"
)
def dead_units(student, rng):
    """A unit that is exactly at zero lets nothing through"""
    weights, x = net(rng, (4, 6, 3), 5)
    weights[0][2] = 0.0
    upstream = rng.standard_normal((5, 3))
    got = student.initialization.gradients(weights, x, upstream, "relu")
    arrays("dW", items("the result", got, 2)[1], backward(weights, x, upstream, "relu")[1])


@check(
    "initialization.gradients",
    gate=True,
    side=True,
    weight=0.01,
    hint="All gradients together may cost about twice as much as the outputs. Which formulas did you derive?",
)
def gradient_is_derived(student, rng):
    """The gradient is derived, not measured: 250,000 weights"""
    weights, x = net(rng, (350, 350, 350), 4)
    upstream = rng.standard_normal((4, 350))
    _, dWs = student.initialization.gradients(weights, x, upstream, "tanh")
    items("dWs", dWs, 2)


@check("initialization.gradient_statistics", weight=4, after="initialization.gradients", hint=ENTRIES)
def gradient_numbers(student, rng):
    """Random nets"""
    for f in ("relu", "tanh"):
        for sizes, N in SIZES:
            weights, x = net(rng, sizes, N)
            upstream = rng.standard_normal((N, sizes[-1]))
            result = items(
                "the result", student.initialization.gradient_statistics(weights, x, upstream, f), 4
            )
            truth = backward(weights, x, upstream, f)
            try:
                own = [
                    [np.asarray(g) for g in items("gradients", part, len(weights))]
                    for part in student.initialization.gradients(weights, x, upstream, f)
                ]
            except (CheckFailed, StudentError, TypeError, ValueError):
                own = truth
            expectations = []
            for place, name in enumerate(("dh_means", "dh_stds", "dW_means", "dW_stds")):

                def right(reference, name=name, place=place, result=result):
                    part = reference[place // 2]
                    sizes_of = [float(np.abs(g).max()) for g in part]
                    numbers(name, result[place], [(np.mean, np.std)[place % 2](g) for g in part], sizes_of)

                expectations.append(lambda right=right, truth=truth, own=own: either(right, (truth, own)))
            expect.several(*expectations)


@check(
    "initialization.predicted_std",
    weight=3,
    hint="Only z_1 comes from inputs that have not been through a ReLU.",
)
def predictions(student, rng):
    """Other depths, widths and standard deviations"""
    for depth, width, std in ((1, 256, 0.03), (2, 64, 0.2), (10, 100, 1.0), (10, 100, 0.01), (30, 400, 0.07)):
        expected = std * width**0.5
        for _ in range(depth - 1):
            expected = std * (width * expected**2 / 2) ** 0.5
        got = student.notebook.predicted_std(depth, width, std)
        expect.number(f"predicted_std({depth}, {width}, {std})", got, expected, rtol=2e-3, atol=0)


@check("initialization.slip", weight=3, hint="The factor of one layer, once for every layer from 1 to depth.")
def slips(student, rng):
    """Other depths and widths"""
    for depth, width in ((1, 50), (2, 100), (10, 100), (5, 800)):
        expected = np.exp(depth / 2 * np.log(2 / width))
        expect.number(
            f"slip({depth}, {width})", student.notebook.slip(depth, width), expected, rtol=2e-3, atol=0
        )


@check(
    "initialization.gain",
    weight=3,
    hint="What is the mean square of f(z), and what must n Var(w) be to make it 1 again?",
)
def gains(student, rng):
    """ReLU, leaky ReLU, tanh, and others"""
    grid = np.linspace(-12, 12, 240_001)
    density = np.exp(-(grid**2) / 2) / sqrt(2 * pi)
    for text in (
        "np.maximum(z, 0)",
        "np.maximum(z, 0.2 * z)",
        "np.tanh(z)",
        "np.abs(z)",
        "np.where(z > 1, 3.0, 0.5)",
    ):
        f = eval(f"lambda z: {text}", {"np": np})
        expected = 1 / (np.sum(f(grid) ** 2 * density) * (grid[1] - grid[0]))
        got = student.notebook.gain(student.function(f"lambda z: {text}"))
        expect.number(f"gain of {text}", got, expected, rtol=0.015, atol=0)
