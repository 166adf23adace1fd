"""Checks of the functions that are written in word_window_ner.ipynb itself, and of the file it saves."""

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.data import load_sentences

SHAPES = "save_classifier in the first cell of the notebook writes them all."


def values(what, got, count):
    """So many numbers that a function returned, as floats."""
    found = expect.items(what, got, count, of="numbers")
    for place, value in enumerate(found, 1):
        expect.number(f"number {place} of {what}", value, value)
        expect.true(np.isfinite(value), "should be numbers.", what=what, got=got)
    return [float(value) for value in found]


@check("ner.cost", weight=0.2, hint="Count for one window of five words; the text above has V and d.")
def cost_plausible(student, rng):
    """Three whole numbers"""
    for value in values("cost()", student.notebook.cost(), 3):
        expect.true(
            value >= 0 and value == int(value),
            "should be whole numbers of at least 0.",
            what="cost()",
            got=value,
        )


@check(
    "ner.pairs", hint="First all windows whose label is 1, in their order; then as many of the others, drawn."
)
def pairs_of_labels(student, rng):
    """As many partners as windows with a location, none of them with one"""
    y = np.array([0, 1, 2, 0, 1, 3, 0, 0])
    X = np.arange(8)[:, None] + np.array([0, 100, 200])
    seed = student.function("lambda seed: np.random.default_rng(seed)")
    result = student.notebook.pairs(X, y, seed(3))
    true, corrupt = expect.items("true and corrupt", result, 2, of="arrays")
    expect.labels("true windows", true, X[[1, 4]])
    corrupt = expect.array("corrupted windows", corrupt, (2, 3), "integer")
    rows = corrupt[:, 0]
    expect.true(
        bool(np.isin(rows, [0, 2, 3, 5, 6, 7]).all()),
        "are not all windows without a location.",
        what="partners",
    )
    expect.labels("the partners, whole windows", corrupt, X[rows])


@check(
    "ner.soft_by_hand",
    weight=0.2,
    hint="−Σ t log p, with the natural logarithm. A probability below 1 costs something.",
)
def soft_plausible(student, rng):
    """Four positive numbers; an even guess costs less than an uneven one where both labels count half"""
    sure, even, uneven, least = values("soft_by_hand()", student.notebook.soft_by_hand(), 4)
    expect.true(min(sure, even, uneven, least) > 0, "should be positive.", what="all four")
    expect.true(even < uneven, "should be below the third.", what="the second number")
    expect.true(least <= even * (1 + 1e-3), "should be no more than the second.", what="the fourth number")


@check(
    "ner.without_last",
    weight=0.5,
    hint="Softmax does not notice when the same vector is subtracted from every row.",
)
def one_row_less(student, rng):
    """One row less; nothing is left of a W whose rows are all equal"""
    result = student.notebook.without_last(np.ones((4, 3)), np.full(4, 2.0))
    V, a = expect.items("V and a", result, 2, of="arrays")
    expect.close("V", V, np.zeros((3, 3)))
    expect.close("a", a, np.zeros(3))


@check(
    "ner.without_last",
    weight=1,
    hint="Softmax does not notice when the same vector is subtracted from every row.",
)
def the_same_probabilities(student, rng):
    """With a last score of zero, the probabilities are the old ones"""
    W, b, x = rng.standard_normal((4, 3)), rng.standard_normal(4), rng.standard_normal((5, 3))
    result = student.notebook.without_last(W, b)
    V, a = expect.array("V", result[0], (3, 3), "float"), expect.array("a", result[1], (3,), "float")

    def softmax(scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    scores = np.column_stack([x @ np.asarray(V).T + a, np.zeros(5)])
    expect.close("probabilities", softmax(scores), softmax(x @ W.T + b))


@check(
    "ner.averaging_weights",
    hint="Write the mean of five vectors out as a sum. What stands before each of them?",
)
def averaging(student, rng):
    """With these weights a window classifier sees the mean of the vectors only"""
    M, words = rng.standard_normal((6, 4)), rng.standard_normal((3, 5, 4))
    W = expect.array("W", student.notebook.averaging_weights(M, 5), (6, 20), "float")
    expect.close("W x", words.reshape(3, 20) @ np.asarray(W).T, words.mean(axis=1) @ M.T)


@check("ner.f1", side=True, weight=0.05, hint=SHAPES)
def saved_classifier(student, rng):
    """window_best.npz holds the arrays of a window classifier"""
    saved = student.saved("window_best.npz")
    for name, sides in {"L": 2, "W": 2, "b": 1, "U": 2, "c": 1}.items():
        expect.true(name in saved, "is missing from window_best.npz.", what=name, got=sorted(saved))
        if saved[name].ndim != sides or saved[name].dtype.kind != "f":
            raise CheckFailed(
                Finding(
                    name,
                    f"should be floats of {sides} sides, not {saved[name].dtype} of shape {saved[name].shape}.",
                )
            )
    L, W, b, U, c = (saved[name] for name in "LWbUc")
    expect.true(
        len(L) == len(load_sentences(quiet=True).vocabulary),
        "should have a row for every word.",
        what="L",
        got=L.shape,
    )
    expect.true(W.shape[1] % L.shape[1] == 0, "does not fit L.", what="W", got=W.shape)
    expect.array("b", b, (len(W),))
    expect.array("U", U, (4, len(W)))
    expect.array("c", c, (4,))
