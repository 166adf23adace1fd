"""Checks of the four-class model: soft cross-entropy, the whole classifier, its figures, neighbours, projection."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

STABLE = "Subtract the largest score of each row first: softmax does not notice, and exp does not overflow."
SOFT = "The targets are whole distributions: every class of a row counts, with the share that it has."
NET = "lookup, affine, tanh, affine, soft_cross_entropy; then the same backwards. Which of your functions does each part?"
DOWN = "Rows are the true classes, columns the predicted ones."
SHARES = "Precision divides by what was predicted to be of the class, recall by what is of the class."
COSINE = "The cosine divides by both lengths. Is the word among its own neighbours?"
PLANE = "Subtract the mean vector first; then the directions of the largest variance."
CLASSES = 4


def parts(result, count, names):
    """The values that a function returned, which should be so many."""
    return expect.items("what is returned", result, count, "things", f"They are {names}.")


def soft(student, scores, targets):
    """Loss and gradient."""
    result = student.word_window.soft_cross_entropy(np.array(scores), np.array(targets))
    return parts(result, 2, "loss and dscores")


def distributions(rng, N, C):
    """Random rows that add up to 1."""
    rows = rng.uniform(0.1, 1, (N, C))
    return rows / rows.sum(axis=1, keepdims=True)


@check("word_window.soft_cross_entropy", hint=SOFT)
def all_equal(student, rng):
    """Equal scores cost log C, whatever the targets are"""
    loss, _ = soft(student, np.full((3, 5), 0.7), distributions(rng, 3, 5))
    expect.number("loss", loss, np.log(5))


@check("word_window.soft_cross_entropy", weight=2, hint=SOFT)
def soft_gradient(student, rng):
    """dscores agrees with finite differences"""
    scores, targets = rng.standard_normal((4, 3)), distributions(rng, 4, 3)
    _, dscores = soft(student, scores, targets)
    expect.gradient("dscores", lambda a: soft(student, a, targets)[0], scores, dscores, hint=SOFT, rng=rng)


@check(
    "word_window.soft_cross_entropy",
    weight=0.5,
    hint="Where p equals the target, nothing pulls at the scores.",
)
def soft_rest(student, rng):
    """Where the probabilities are the targets, the gradient is zero"""
    targets = distributions(rng, 4, 3)
    _, dscores = soft(student, np.log(targets) + 2.0, targets)
    expect.close("dscores", dscores, np.zeros((4, 3)))


@check("word_window.soft_cross_entropy", weight=1, side=True, hint=STABLE)
def soft_large(student, rng):
    """Scores of 10,000, of −10,000, and of both"""
    scores = np.array([[1e4, 1e4, 0.0], [-1e4, -1e4 - 2, -1e4], [1e4, -1e4, 0.0]])
    loss, dscores = soft(student, scores, [[1.0, 0, 0], [0, 1.0, 0], [1.0, 0, 0]])
    second = np.log(2 + np.exp(-2.0)) + 2
    expect.number("loss", loss, (np.log(2) + second) / 3)
    expect.close("dscores of the last row", expect.array("dscores", dscores, (3, 3), "float")[2], np.zeros(3))


@check("word_window.soft_cross_entropy", weight=0.4, side=True)
def soft_leaves_alone(student, rng):
    """The arguments stay as they are, and float32 stays float32"""
    scores = rng.standard_normal((4, 3)).astype(np.float32)
    targets = distributions(rng, 4, 3).astype(np.float32)
    call = student.word_window.soft_cross_entropy
    _, dscores = parts(expect.unchanged(student, call, scores=scores, targets=targets), 2, "loss and dscores")
    expect.array("dscores", dscores, (4, 3), np.float32)


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


UNDER = ("word_window.lookup_forward", "word_window.lookup_backward", "word_window.soft_cross_entropy")


def model(student, rng, V=9, context=1):
    """A small classifier with parameters that are not what they start as, and its windows and labels."""
    seed = np.random.default_rng(int(rng.integers(1000)))
    net = student.word_window.WindowClassifier(V, CLASSES, context, dim=3, hidden=5, rng=seed)
    params = {
        name: value + 0.3 * rng.standard_normal(value.shape) for name, value in dict(net.params).items()
    }
    net.params = params
    X, y = rng.integers(0, V, (6, 2 * context + 1)), rng.integers(0, CLASSES, 6)
    X[0] = X[0, 0]  # a window that holds one word again and again
    return net, params, X, y


def layers_hold(student, rng):
    """The layers that the classifier is made of do what they should, as far as a look can tell.

    Raises:
        CheckFailed: one of them does not.
    """
    layers, L, X = student.word_window, rng.standard_normal((4, 2)), np.array([[1, 3, 1], [0, 1, 1]])
    x, cache = parts(layers.lookup_forward(L, X), 2, "the output and the cache")
    expect.close("x", x, np.hstack([L[X[:, 0]], L[X[:, 1]], L[X[:, 2]]]))
    dL = layers.lookup_backward(np.arange(12.0).reshape(2, 6), cache)
    expect.close("dL", dL, [[6.0, 7.0], [22.0, 26.0], [0.0, 0.0], [2.0, 3.0]])
    all_equal(student, rng)
    soft_gradient(student, rng)


@check("word_window.loss", weight=0.5, after=UNDER, hint=NET)
def scores_and_loss(student, rng):
    """Scores of one window alone are those among others; the loss fits the scores"""
    net, _, X, y = model(student, rng)
    scores = expect.array("scores", net.loss(X), (6, CLASSES), "float")
    expect.true(np.ptp(scores[1:], axis=0).max() > 1e-6, "are the same for all windows.", what="scores")
    expect.close("scores of one window", net.loss(X[2:3]), scores[2:3])
    loss, _ = parts(net.loss(X, y), 2, "loss and gradients")
    z = np.asarray(scores, dtype=float)
    goal = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(6), y])
    unless(lambda: layers_hold(student, rng), lambda: expect.number("loss", loss, goal))


@check("word_window.loss", weight=1, after=UNDER, hint=NET)
def net_gradients(student, rng):
    """Every gradient agrees with finite differences"""
    net, params, X, y = model(student, rng)
    _, grads = parts(net.loss(X, y), 2, "loss and gradients")

    def compare(name):
        def loss(value):
            net.params = {**params, name: value}
            return net.loss(X, y)[0]

        expect.true(name in grads, "is missing.", what=f"gradient of {name}")
        expect.gradient(f"gradient of {name}", loss, params[name], grads[name], rng=rng)

    every = [lambda name=name: compare(name) for name in "LWbUc"]
    unless(lambda: layers_hold(student, rng), lambda: expect.several(*every))


@check("word_window.confusion_matrix", hint=DOWN)
def five_words(student, rng):
    """Five words, three classes, one of which does not occur"""
    y, predicted = np.array([0, 1, 1, 0, 1]), np.array([0, 0, 1, 0, 0])
    got = student.word_window.confusion_matrix(y, predicted, 3)
    expect.labels("counts", got, np.array([[2, 0, 0], [2, 1, 0], [0, 0, 0]]))


@check(
    "word_window.confusion_matrix",
    weight=0.5,
    hint="Every word is counted once, in the row of its true class.",
)
def counts_add_up(student, rng):
    """The rows add up to how often each class occurs"""
    y, predicted = rng.integers(0, 4, 50), rng.integers(0, 4, 50)
    got = expect.array("counts", student.word_window.confusion_matrix(y, predicted, 4), (4, 4), "integer")
    expect.labels("sums of the rows", got.sum(axis=1), np.bincount(y, minlength=4))
    expect.labels("sums of the columns", got.sum(axis=0), np.bincount(predicted, minlength=4))


@check("word_window.precision_recall_f1", weight=1, hint=SHARES)
def figures_by_hand(student, rng):
    """Three of four found, two false alarms"""
    counts = np.array([[4, 2], [1, 3]])
    result = student.word_window.precision_recall_f1(counts)
    precision, recall, f1 = expect.items("what is returned", result, 3, of="arrays")
    expect.close("precision", precision, [4 / 5, 3 / 5])
    expect.close("recall", recall, [4 / 6, 3 / 4])
    expect.close("f1", f1, [8 / 11, 6 / 9])


@check(
    "word_window.precision_recall_f1", weight=0.5, side=True, hint="What is 0 / 0 to be, says the docstring?"
)
def empty_classes(student, rng):
    """A class that never occurs, and one that is never predicted"""
    counts = np.array([[5, 0, 1], [0, 0, 0], [3, 0, 0]])
    result = student.word_window.precision_recall_f1(counts)
    precision, recall, f1 = expect.items("what is returned", result, 3, of="arrays")
    expect.close("precision", precision, [5 / 8, 0, 0])
    expect.close("recall", recall, [5 / 6, 0, 0])
    expect.close("f1", f1, [10 / 14, 0, 0])


@check("word_window.nearest_words", hint=COSINE)
def four_directions(student, rng):
    """Directions count, lengths do not"""
    L = np.array([[1.0, 0.0], [90.0, 90.0], [0.2, 0.02], [0.0, 3.0], [-5.0, 0.0]])
    got = np.asarray(student.word_window.nearest_words(L, 0, 3))
    expect.labels("neighbours of row 0", got, np.array([2, 1, 3]))
    expect.labels(
        "all neighbours of row 4",
        np.asarray(student.word_window.nearest_words(L, 4, 4)),
        np.array([3, 1, 2, 0]),
    )


@check("word_window.principal_plane", hint=PLANE)
def tilted_plane(student, rng):
    """Points of a tilted plane, far from zero: how far they are along its long side and its short side"""
    places = np.array([[-3.0, 1.0], [-1.0, 1.0], [0.0, -3.0], [4.0, 1.0]])
    sides = np.array([[2.0, -1.0, 2.0], [2.0, 2.0, -1.0]]) / 3
    got = student.word_window.principal_plane(np.array([7.0, 8.0, 9.0]) + places @ sides)
    got = np.abs(expect.array("coordinates", got, (4, 2), "float"))
    expect.close("size of the first coordinate", got[:, 0], np.abs(places[:, 0]), 1e-6, 1e-6)
    expect.close("size of the second coordinate", got[:, 1], np.abs(places[:, 1]), 1e-6, 1e-6)


@check("word_window.principal_plane", weight=0.5, hint=PLANE)
def uncorrelated(student, rng):
    """The coordinates have mean zero and are uncorrelated, and the first spreads more"""
    got = student.word_window.principal_plane(rng.standard_normal((40, 5)) * [1, 3, 1, 2, 1] + 4)
    got = np.asarray(expect.array("coordinates", got, (40, 2), "float"), dtype=float)
    expect.close("means", got.mean(axis=0), np.zeros(2), 0, 1e-6)
    expect.number("covariance of the two", np.mean(got[:, 0] * got[:, 1]), 0, 0, 1e-6)
    expect.true(
        got[:, 0].var() > got[:, 1].var(), "should spread more than the second.", what="the first coordinate"
    )
