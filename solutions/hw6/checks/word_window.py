"""Checks of windows, word vectors, the score and the max-margin loss: worked numbers, properties, gradient checks."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

EDGES = "What stands before the first word, and what after the last? Row t has word t in its middle."
ROWS = "Which rows of L does a window name, and in which order are they written one behind the other?"
TWICE = "A word that stands in a window twice gets two gradients, and they add. Does your line add both, or keep the last?"
SCORE = "One row of z for each window: x times W transposed, plus b. Then tanh, then one number."
DELTA = "First delta, the gradient with respect to z, one row for each window. What is f' for tanh, and what comes from above?"
HINGE = "A pair whose true window is ahead by 1 or more costs nothing, and pulls at nothing."
MEAN = "The loss is a mean over the pairs. Where does that leave its trace in the gradients?"


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.")


def out_and_cache(result):
    """Output and cache of a forward function."""
    return parts(result, 2, "the output and the cache")


def unless(earlier, attempt):
    """A failure that comes from an earlier function takes no points here: they are taken there."""
    try:
        attempt()
    except CheckFailed as failure:
        try:
            earlier()
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise


@check("word_window.windows", hint=EDGES)
def five_words(student, rng):
    """Five words, one neighbour on either side"""
    got = student.word_window.windows(np.array([5, 3, 8, 3, 9]), 1, 0)
    wanted = [[0, 5, 3], [5, 3, 8], [3, 8, 3], [8, 3, 9], [3, 9, 0]]
    expect.labels("windows", got, np.array(wanted))


@check("word_window.windows", weight=0.5, hint="A window is as wide as ever where a sentence is short.")
def one_word(student, rng):
    """A sentence of a single word"""
    expect.labels("windows", student.word_window.windows(np.array([7]), 2, 0), np.array([[0, 0, 7, 0, 0]]))


@check("word_window.windows", weight=0.5, hint="Is the padding the one that was asked for?")
def words_in_the_middle(student, rng):
    """The middle column is the sentence; another padding; no neighbours at all"""
    words = rng.integers(1, 50, 6)
    got = expect.array("windows", student.word_window.windows(words, 3, 77), (6, 7), "integer")
    expect.labels("the middle column", got[:, 3], words)
    expect.labels("the first window's left side", got[0, :3], np.array([77, 77, 77]))
    alone = student.word_window.windows(words, 0, 0)
    expect.labels("windows without neighbours", alone, words[:, None])


@check("word_window.lookup_forward", hint=ROWS)
def vectors_in_a_row(student, rng):
    """Two windows of three words"""
    L = np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5]])
    out, _ = out_and_cache(student.word_window.lookup_forward(L, np.array([[2, 0, 3], [1, 1, 2]])))
    expect.close("out", out, [[2.0, 2.5, 0.0, 0.5, 3.0, 3.5], [1.0, 1.5, 1.0, 1.5, 2.0, 2.5]])


@check("word_window.lookup_forward", side=True, weight=0.4)
def lookup_leaves_alone(student, rng):
    """L and X stay as they are, and float32 stays float32"""
    L, X = rng.standard_normal((6, 3)).astype(np.float32), rng.integers(0, 6, (4, 5))
    out, _ = out_and_cache(expect.unchanged(student, student.word_window.lookup_forward, L=L, X=X))
    expect.array("out", out, (4, 15), np.float32)


def dL_of(student, L, X, upstream):
    """The gradient of the word vectors."""
    _, cache = out_and_cache(student.word_window.lookup_forward(L, X))
    return student.word_window.lookup_backward(upstream, cache)


@check("word_window.lookup_backward", weight=1, after="word_window.lookup_forward", hint=ROWS)
def different_words(student, rng):
    """A window of different words"""
    upstream = np.array([[1.0, 2.0, 3.0, 4.0]])
    got = dL_of(student, np.ones((5, 2)), np.array([[4, 1]]), upstream)
    expect.close("dL", got, [[0, 0], [3.0, 4.0], [0, 0], [0, 0], [1.0, 2.0]])


@check("word_window.lookup_backward", weight=1, after="word_window.lookup_forward", hint=TWICE)
def the_same_word_twice(student, rng):
    """Words that stand in a window twice, and in two windows"""
    L, X = rng.standard_normal((5, 3)), np.array([[1, 4, 1], [4, 0, 2]])
    functions = student.word_window.lookup_forward, student.word_window.lookup_backward
    options = {"differentiate": ("L",)}
    unless(
        lambda: vectors_in_a_row(student, rng),
        lambda: expect.layer(*functions, rng, hint=TWICE, options=options, L=L, X=X),
    )


@check("word_window.lookup_backward", side=True, weight=0.4, after="word_window.lookup_forward")
def upstream_stays(student, rng):
    """The upstream gradient stays as it is, and float32 stays float32"""
    L, X = rng.standard_normal((6, 3)).astype(np.float32), rng.integers(0, 6, (4, 2))
    _, cache = out_and_cache(student.word_window.lookup_forward(L, X))

    def backward(upstream):
        return student.word_window.lookup_backward(upstream, cache)

    dL = expect.unchanged(student, backward, upstream=rng.standard_normal((4, 6)).astype(np.float32))
    expect.array("dL", dL, (6, 3), np.float32)


def scorer(rng, N=5, D=20, H=8):
    """Inputs, weights, biases and u of the sizes of the lecture: four numbers a word, five words, eight units."""
    return {
        "x": rng.standard_normal((N, D)),
        "W": 0.4 * rng.standard_normal((H, D)),
        "b": rng.standard_normal(H),
        "u": rng.standard_normal(H),
    }


@check("word_window.score_forward", hint=SCORE)
def score_by_hand(student, rng):
    """Two windows, two units: tanh of 0 and of ½ log 3 is 0 and ½"""
    half = 0.5 * np.log(3)
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    W = np.array([[0.0, 1.0, 9.0], [half, 0.0, 9.0]])
    got, _ = out_and_cache(
        student.word_window.score_forward(x, W, np.array([half - 1, 0.0]), np.array([4.0, 6.0]))
    )
    expect.close("s", got, [4 * np.tanh(half - 1) + 3, 2.0])


@check(
    "word_window.score_forward", weight=0.5, hint="Each window has a score of its own: s has the shape (N,)."
)
def score_alone(student, rng):
    """One window alone scores what it scores among others"""
    inputs = scorer(rng)
    together, _ = out_and_cache(student.word_window.score_forward(**inputs))
    expect.array("s", together, (5,), "float")
    expect.true(np.ptp(together) > 1e-6, "are the same for all windows.", what="scores")
    alone, _ = out_and_cache(student.word_window.score_forward(**{**inputs, "x": inputs["x"][2:3]}))
    expect.close("the score of one window", alone, together[2:3])


@check("word_window.score_backward", weight=2, after="word_window.score_forward", hint=DELTA)
def score_gradients(student, rng):
    """dx, dW, db and du agree with finite differences: 20 inputs, 8 units"""
    functions, inputs = (student.word_window.score_forward, student.word_window.score_backward), scorer(rng)
    s, _ = out_and_cache(functions[0](**inputs))
    expect.true(np.ptp(s) > 1e-6, "is the same for all windows.", what="s")
    expect.layer(*functions, rng, hint=DELTA, **inputs)


@check("word_window.score_backward", weight=1, after="word_window.score_forward", hint=DELTA)
def outer_product(student, rng):
    """A single window: dW is the outer product of δ and x, and db is δ"""
    inputs = scorer(rng, N=1)
    _, cache = out_and_cache(student.word_window.score_forward(**inputs))
    dx, dW, db, _ = parts(student.word_window.score_backward(np.array([1.7]), cache), 4, "dx, dW, db and du")
    delta = expect.array("db", db, (8,), "float")
    expect.true(np.abs(delta).min() > 0, "is zero somewhere.", what="db")
    expect.close("dW", dW, np.outer(delta, inputs["x"][0]))
    expect.close("dx", dx, (inputs["W"].T @ delta)[None])


@check("word_window.score_backward", side=True, weight=0.4, after="word_window.score_forward")
def score_leaves_alone(student, rng):
    """The upstream gradient stays as it is, and float32 stays float32"""
    inputs = {name: value.astype(np.float32) for name, value in scorer(rng).items()}
    s, cache = out_and_cache(student.word_window.score_forward(**inputs))
    expect.array("s", s, (5,), np.float32)

    def backward(upstream):
        return student.word_window.score_backward(upstream, cache)

    grads = expect.unchanged(student, backward, upstream=rng.standard_normal(5).astype(np.float32))
    grads = parts(grads, 4, "dx, dW, db and du")
    for name, got, shape in zip(("dx", "dW", "db", "du"), grads, ((5, 20), (8, 20), (8,), (8,)), strict=True):
        expect.array(name, got, shape, np.float32)


def margin(student, s, s_corrupt):
    """Loss and both gradients."""
    result = student.word_window.max_margin_loss(np.array(s, float), np.array(s_corrupt, float))
    return parts(result, 3, "loss, ds and ds_corrupt")


@check("word_window.max_margin_loss", hint=HINGE)
def margins_by_hand(student, rng):
    """Ahead by 3, ahead by ½, behind by 1: the losses are 0, ½ and 2"""
    loss, ds, ds_corrupt = margin(student, [4.0, 1.0, 0.0], [1.0, 0.5, 1.0])
    expect.number("loss", loss, 2.5 / 3, hint=MEAN)
    expect.close("ds", ds, [0, -1 / 3, -1 / 3])
    expect.close("ds_corrupt", ds_corrupt, [0, 1 / 3, 1 / 3])


@check("word_window.max_margin_loss", weight=1, hint=MEAN)
def margin_gradients(student, rng):
    """Both gradients agree with finite differences"""
    s, s_corrupt = rng.standard_normal(7), rng.standard_normal(7) - 0.3
    _, ds, ds_corrupt = margin(student, s, s_corrupt)
    expect.gradient("ds", lambda a: margin(student, a, s_corrupt)[0], s, ds, hint=MEAN, rng=rng)
    expect.gradient(
        "ds_corrupt", lambda a: margin(student, s, a)[0], s_corrupt, ds_corrupt, hint=MEAN, rng=rng
    )


@check(
    "word_window.max_margin_loss",
    weight=0.5,
    side=True,
    hint="Nothing but the differences of the scores matters.",
)
def margin_shift(student, rng):
    """The same number added to all scores changes nothing; satisfied pairs cost nothing at all"""
    s, s_corrupt = rng.standard_normal(6), rng.standard_normal(6)
    loss, ds, _ = margin(student, s, s_corrupt)
    shifted, ds_shifted, _ = margin(student, s + 5, s_corrupt + 5)
    expect.number("loss of shifted scores", shifted, float(loss), 1e-9, 1e-9)
    expect.close("ds of shifted scores", ds_shifted, ds)
    loss, ds, ds_corrupt = margin(student, s + 20, s_corrupt)
    expect.number("loss where all pairs are satisfied", loss, 0.0)
    expect.close("ds where all pairs are satisfied", ds, np.zeros(6))
    expect.close("ds_corrupt where all pairs are satisfied", ds_corrupt, np.zeros(6))
