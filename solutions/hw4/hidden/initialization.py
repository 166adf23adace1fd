"""Hidden checks of the initial weights: other sizes, filters, distributions.

Bounds on what is drawn are at least six standard deviations of the measurement wide, for every seed.
"""

from itertools import combinations
from math import erf, prod, sqrt

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

FANS = "Write the four sizes of a filter down with different numbers, and count what one output number is made of."
SHAPES = "The variance comes from the fans: of which shape, and which of the two?"
KIND = "Which distribution does the docstring name?"
RNG = "Nothing but the argument rng may be drawn from, and nothing else may be seeded."
GLOBAL = """lambda draw, seed, *arguments: (lambda r, before: (
    r.seed(seed), draw(*arguments, r.default_rng(1)), float(r.random()), r.set_state(before))[2]
    )(np.random, np.random.get_state())"""

DENSE = ((500, 60), (60, 500), (300, 300))
FILTERS = ((40, 6, 5, 3), (6, 40, 3, 5), (24, 24, 3, 3))


def true_fans(shape):
    """Oracle: count the numbers under one output, and the outputs over one input."""
    out, into, *field = shape
    return prod((into, *field)), prod((out, *field))


def own_fans(student, shape):
    """The student's fans of filters, where they are made of the shape's numbers; else the true ones."""
    products = {prod(part) for size in range(1, len(shape) + 1) for part in combinations(shape, size)}
    try:
        fan_in, fan_out = (int(fan) for fan in student.initialization.fans(shape))
    except (StudentError, TypeError, ValueError, OverflowError):
        return true_fans(shape)
    return (fan_in, fan_out) if {fan_in, fan_out} <= products else true_fans(shape)


def spread(weights, shape, variances, kurtosis):
    """Shape, mean zero, and one of these variances, within six standard deviations of what is measured."""
    wide = np.asarray(expect.array("weights", weights, shape, "float"), dtype=np.float64)
    expect.number("the mean of the weights", wide.mean(), 0, 0, 6 * sqrt(max(variances) / wide.size))
    rtol = 6 * sqrt((kurtosis - 1) / wide.size)
    if not any(abs(wide.var() / variance - 1) <= rtol for variance in variances):
        expect.number(f"the variance of weights of shape {shape}", wide.var(), variances[0], rtol)


def scaled(student, rng, name, variance, kurtosis, shapes):
    """The variance that belongs to the fans, at each of these shapes; the credit is the share that is right."""

    def at(shape):
        weights = getattr(student.initialization, name)(shape, rng)
        goals = [variance(*true_fans(shape)), variance(*own_fans(student, shape))]
        spread(weights, shape, goals, kurtosis)

    try:
        expect.several(*(lambda shape=shape: at(shape) for shape in shapes))
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def normal(student, rng, draw):
    """A normal distribution: kurtosis 3, and as many draws beyond two and three deviations as it has."""
    wide = np.asarray(expect.array("weights", draw((400, 400)), (400, 400), "float"), dtype=np.float64)
    wide = wide / wide.std()
    size = wide.size
    expect.number("the kurtosis of the weights", np.mean(wide**4), 3, 0, 6 * sqrt(96 / size))
    for far in (1, 2, 3):
        share = 1 - erf(far / sqrt(2))
        expect.number(
            f"the share of weights beyond {far} standard deviations",
            np.mean(np.abs(wide) > far),
            share,
            0,
            6 * sqrt(share / size) + 0.002 * share,
        )


def apart(student, name, *arguments):
    """The global generator is neither seeded nor drawn from."""
    draw = getattr(student.initialization, name)
    for seed in (3, 8):
        expected = np.random.RandomState(seed).random_sample()
        got = student.function(GLOBAL)(draw, seed, *arguments)
        expect.true(got == expected, "the global random state was touched.", what=name)


def fans_at(student, shapes):
    """Both fans at all of these shapes."""
    for shape in shapes:
        found = student.initialization.fans(shape)
        for name, got, goal in zip(("fan_in", "fan_out"), found, true_fans(shape), strict=True):
            expect.number(f"{name} of {shape}", got, goal)


@check("initialization.fans", weight=2, hint=FANS)
def fans_of_layers(student, rng):
    """Fully connected layers of other sizes"""
    fans_at(student, ((3, 8), (10, 1), (1, 6), (5, 5)))


@check("initialization.fans", weight=3, hint=FANS)
def fans_of_filters(student, rng):
    """Filters with four different sizes"""
    fans_at(student, ((7, 2, 5, 3), (4, 6, 1, 2), (8, 1, 3, 3)))


@check(
    "initialization.small_normal",
    weight=2,
    hint="The standard deviation is the argument std, for every shape.",
)
def small_shapes(student, rng):
    """Other shapes, filters too: the fans do not matter"""
    for shape in ((500, 60), (40, 30, 5, 3)):
        for std in (1e-4, 0.3, 4.0):
            spread(student.initialization.small_normal(shape, std, rng), shape, [std**2], 3.0)


@check("initialization.small_normal", weight=1, hint=KIND)
def small_is_normal(student, rng):
    """The distribution is the normal one"""
    normal(student, rng, lambda shape: student.initialization.small_normal(shape, 0.2, rng))


@check("initialization.small_normal", side=True, weight=0.3, hint=RNG)
def small_apart(student, rng):
    """The global random state stays as it is"""
    apart(student, "small_normal", (3, 4), 0.1)


@check("initialization.xavier_normal", weight=2, after="initialization.fans", hint=SHAPES)
def xavier_normal_layers(student, rng):
    """Layers that widen and layers that narrow"""
    scaled(student, rng, "xavier_normal", lambda i, o: 2 / (i + o), 3.0, DENSE)


@check("initialization.xavier_normal", weight=2, after="initialization.fans", hint=SHAPES)
def xavier_normal_filters(student, rng):
    """Filters"""
    scaled(student, rng, "xavier_normal", lambda i, o: 2 / (i + o), 3.0, FILTERS)


@check("initialization.xavier_normal", weight=1.5, hint=KIND)
def xavier_normal_is_normal(student, rng):
    """The distribution is the normal one"""
    normal(student, rng, lambda shape: student.initialization.xavier_normal(shape, rng))


@check("initialization.xavier_normal", side=True, weight=0.3, hint=RNG)
def xavier_normal_apart(student, rng):
    """The global random state stays as it is"""
    apart(student, "xavier_normal", (3, 4))


@check("initialization.xavier_uniform", weight=2, after="initialization.fans", hint=SHAPES)
def xavier_uniform_layers(student, rng):
    """Layers that widen and layers that narrow"""
    scaled(student, rng, "xavier_uniform", lambda i, o: 2 / (i + o), 1.8, DENSE)


@check("initialization.xavier_uniform", weight=2, after="initialization.fans", hint=SHAPES)
def xavier_uniform_filters(student, rng):
    """Filters"""
    scaled(student, rng, "xavier_uniform", lambda i, o: 2 / (i + o), 1.8, FILTERS)


@check("initialization.xavier_uniform", weight=1.5, hint=KIND)
def xavier_uniform_is_uniform(student, rng):
    """The distribution is the uniform one: each tenth of the interval gets a tenth of the weights"""
    weights = student.initialization.xavier_uniform((400, 400), rng)
    wide = np.asarray(expect.array("weights", weights, (400, 400), "float"), dtype=np.float64)
    edge = np.abs(wide).max()
    expect.true(edge > 0, "are all zero.", what="weights")
    shares = np.histogram(wide / edge, bins=10, range=(-1, 1))[0] / wide.size
    worst = int(np.argmax(np.abs(shares - 0.1)))
    expect.number(
        f"the share of weights in tenth {worst + 1} of the interval",
        shares[worst],
        0.1,
        0,
        7 * sqrt(0.09 / wide.size),
    )


@check("initialization.xavier_uniform", side=True, weight=0.3, hint=RNG)
def xavier_uniform_apart(student, rng):
    """The global random state stays as it is"""
    apart(student, "xavier_uniform", (3, 4))


@check("initialization.he_normal", weight=2, after="initialization.fans", hint=SHAPES)
def he_normal_layers(student, rng):
    """Layers that widen and layers that narrow"""
    scaled(student, rng, "he_normal", lambda i, o: 2 / i, 3.0, DENSE)


@check("initialization.he_normal", weight=2, after="initialization.fans", hint=SHAPES)
def he_normal_filters(student, rng):
    """Filters"""
    scaled(student, rng, "he_normal", lambda i, o: 2 / i, 3.0, FILTERS)


@check("initialization.he_normal", weight=1.5, hint=KIND)
def he_normal_is_normal(student, rng):
    """The distribution is the normal one"""
    normal(student, rng, lambda shape: student.initialization.he_normal(shape, rng))


@check("initialization.he_normal", side=True, weight=0.3, hint=RNG)
def he_normal_apart(student, rng):
    """The global random state stays as it is"""
    apart(student, "he_normal", (3, 4))
