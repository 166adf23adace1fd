"""Checks of the functions of dropout.ipynb, and of the saved network."""

import numpy as np

from labkit.checks import check, expect


@check("dropout.by_hand", hint="The variance is the mean of the square, less the square of the mean.")
def by_hand_plausible(student, rng):
    """Four numbers"""
    answers = expect.items("by_hand()", student.notebook.by_hand(), 4, "numbers")
    for name, value in zip(("subnetworks", "kept", "mean", "variance"), answers, strict=True):
        expect.number(name, value, value)  # a number at all
        expect.true(float(value) > 0, "should be positive.", what=name)


@check("dropout.average_over_masks", hint="How probable is a mask that keeps k of the units?")
def two_units(student, rng):
    """Two hidden units: four masks to count by hand"""
    average = student.notebook.average_over_masks
    W1, b1 = np.array([[1.0], [2.0]]), np.zeros(2)
    W2, b2 = np.array([[3.0, 1.0]]), np.zeros(1)
    got = average(W1, b1, W2, b2, np.ones(1), 0.5)
    expect.close("two units that count 3 and 2", got, [5.0])
    got = average(W1, b1, W2, np.array([10.0]), np.zeros(1), 0.5)
    expect.close(
        "hidden outputs that are all zero, bias 10",
        got,
        [10.0],
        hint="Do the masks' probabilities add up to 1?",
    )


@check("dropout.average_over_masks", weight=2, hint="A kept unit counts 1/p of itself, as in training.")
def a_member(student, rng):
    """With p = 1 the only subnetwork is the whole one"""
    W1, b1, W2, b2 = (rng.standard_normal(shape) for shape in ((4, 3), (4,), (2, 4), (2,)))
    x = rng.standard_normal(3)
    got = student.notebook.average_over_masks(W1, b1, W2, b2, x, 1.0)
    expect.close("average at p = 1", got, W2 @ np.maximum(W1 @ x + b1, 0) + b2)


@check("dropout.smooth_targets", weight=2, hint="A target is a distribution: its entries add up to 1.")
def a_distribution(student, rng):
    """Rows add up to one; the label has its share; the others are alike"""
    y = rng.integers(0, 7, 9)
    targets = expect.array("targets", student.notebook.smooth_targets(y, 7, 0.8), (9, 7), "float")
    expect.close("sums of the rows", targets.sum(axis=1), np.ones(9))
    expect.close("targets of the labels", targets[np.arange(9), y], np.full(9, 0.8))
    others = np.sort(targets, axis=1)[:, :-1]
    expect.close("targets of the other classes", others, np.broadcast_to(others[:, :1], others.shape))


@check("dropout.smooth_targets", hint="With share 1 nothing is smoothed.")
def not_smoothed(student, rng):
    """Share 1 is one-hot"""
    targets = student.notebook.smooth_targets(np.array([2, 0]), 3, 1.0)
    expect.close("targets", targets, [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


@check(
    "dropout.ensemble_variance", hint="What is the variance of a sum, and what does dividing by k do to it?"
)
def one_and_many(student, rng):
    """One net alone; nets that all make the same mistakes; four that are independent"""
    variance = student.notebook.ensemble_variance
    expect.number("k = 1", variance(3.0, 1, 0.4), 3.0)
    expect.number("k = 9, correlation 1", variance(2.0, 9, 1.0), 2.0)
    expect.number("k = 4, correlation 0", variance(2.0, 4, 0.0), 0.5)


@check(
    "dropout.accuracy",
    side=True,
    weight=0.05,
    hint="save_net in the first cell of the notebook writes them all.",
)
def saved_network(student, rng):
    """fc_best.npz holds the layers of a network and the mean image"""
    saved = student.saved("fc_best.npz")
    depth = sum(1 for name in saved if name[:1] == "W" and name[1:].isdigit())
    expect.true(depth > 0, "is missing from fc_best.npz.", what="W1", got=sorted(saved))
    size = 3072
    for layer in range(1, depth + 1):
        for name in (f"W{layer}", f"b{layer}"):
            expect.true(name in saved, "is missing from fc_best.npz.", what=name, got=sorted(saved))
        rows = saved[f"W{layer}"].shape[0] if saved[f"W{layer}"].ndim == 2 else 0
        expect.array(f"W{layer}", saved[f"W{layer}"], (rows, size), "float")
        expect.array(f"b{layer}", saved[f"b{layer}"], (rows,), "float")
        size = rows
    expect.true(size == 10, "should have ten scores.", what="the last layer", got=size)
    expect.true("mean" in saved, "is missing from fc_best.npz.", what="mean", got=sorted(saved))
    expect.array("mean", saved["mean"], (3072,), "float")
