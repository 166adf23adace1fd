"""Checks of the softmax half of homework 2: worked numbers, properties and gradient checks."""

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

MEAN_HINT = "The data loss is a mean over the examples: what divides by N, and what does not?"
PENALTY_HINT = "The penalty is half of reg times the sum of all squared entries of W. Biases are left out."
ZERO_HINT = "What is exp(-10000) on a computer, and what is the log of that? Which of the two can be spared?"
STABLE_HINT = "Which number may be subtracted from every score of an example without changing the result?"


def classifier(student, W, b):
    """A student's classifier with these weights and biases."""
    W, b = np.asarray(W), np.asarray(b)
    model = student.softmax.Softmax(W.shape, np.random.default_rng(0))
    model.W, model.b = W, b
    return model


def from_scores(student, scores):
    """A classifier of one feature that gives every example these scores."""
    scores = np.asarray(scores, dtype=float)
    return classifier(student, np.zeros((len(scores), 1)), scores)


def problem(rng, N=7, D=5, C=4):
    """Random weights, biases, examples and labels."""
    return (
        rng.standard_normal((C, D)),
        rng.standard_normal(C),
        rng.standard_normal((N, D)),
        rng.integers(0, C, N),
    )


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def agree(name, reference, compare):
    """Two of the student's own functions agree. Which of them is wrong is for other checks: no points here."""
    try:
        expected = reference()
    except StudentError as error:
        problem = f"There is nothing to compare with: {name} says {error.error_type or error.kind}."
        raise CheckFailed(Finding("", problem), credit=1.0) from None
    try:
        compare(expected)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings, credit=1.0) from None
    except (TypeError, ValueError):
        problem = f"What {name} returns cannot be compared with."
        raise CheckFailed(Finding("", problem), credit=1.0) from None


def wide(gradient):
    """A gradient in float64 (which precision it should have is a check of its own)."""
    if isinstance(gradient, np.ndarray) and gradient.dtype.kind == "f":
        return np.asarray(gradient, dtype=np.float64)
    return gradient


def coarsely(name, f, x, got, rng):
    """A gradient that was computed in float32, against long steps: short ones drown in its rounding."""
    got = expect.array(name, wide(got), x.shape, "float")
    for _ in range(8):
        way = rng.standard_normal(x.shape)
        way /= np.linalg.norm(way)
        rise = (f(x + 0.02 * way) - f(x - 0.02 * way)) / 0.04
        expect.number(f"the slope of the loss that {name} predicts", np.vdot(got, way), rise, 0.02, 0.005)


@check("softmax.loss", hint="With equal scores every one of the C classes gets probability 1/C.")
def equal_scores(student, rng):
    """Zero weights: every class is equally likely"""
    for C in (2, 10):
        model = classifier(student, np.zeros((C, 6)), np.zeros(C))
        X, y = rng.standard_normal((8, 6)), rng.integers(0, C, 8)
        expect.number(f"loss with {C} classes", model.loss(X, y), np.log(C))


@check("softmax.loss", hint="Is the score that is subtracted the one of the right class?")
def worked_example(student, rng):
    """Scores log 1 and log 3: probabilities 1/4 and 3/4"""
    model = from_scores(student, np.log([1.0, 3.0]))
    X = np.ones((1, 1))
    expect.number("loss when the right class is class 1", model.loss(X, np.array([1])), np.log(4 / 3))
    expect.number("loss when the right class is class 0", model.loss(X, np.array([0])), np.log(4))


@check("softmax.loss", side=True, hint=MEAN_HINT)
def mean_of_examples(student, rng):
    """A mean: listing every example three times changes nothing"""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    once = model.loss(X, y, 0.7)
    thrice = model.loss(np.tile(X, (3, 1)), np.tile(y, 3), 0.7)
    expect.number("loss of the examples listed three times", thrice, once, rtol=1e-5)


@check("softmax.loss", hint=PENALTY_HINT)
def penalty(student, rng):
    """Regularization: weights 3 and 4, reg = 2, add 25"""
    X, y = rng.standard_normal((5, 2)), rng.integers(0, 2, 5)
    model = classifier(student, [[3.0, 0.0], [0.0, 4.0]], [50.0, 51.0])
    more = model.loss(X, y, 2.0) - model.loss(X, y, 0.0)
    expect.number("loss(reg=2) - loss(reg=0)", more, 25.0, rtol=1e-5)


@check("softmax.loss", weight=1.5, hint=STABLE_HINT)
def large_scores(student, rng):
    """Scores [5000, 4900, 4950] are no trouble, nor is a wildly wrong answer"""
    model = from_scores(student, [5000.0, 4900.0, 4950.0])
    X = np.ones((1, 1))
    for label, expected in ((0, 0.0), (1, 100.0), (2, 50.0)):
        expect.number(f"loss when class {label} is right", model.loss(X, np.array([label])), expected)
    model = from_scores(student, [1e4, 0.0])
    expect.number(
        "loss when the right score is 10,000 too low", model.loss(X, np.array([1])), 1e4, hint=ZERO_HINT
    )
    model = classifier(student, [[1000.0], [1000.0]], [0.0, 0.0])
    expect.number(
        "loss of two examples, one with both scores at 2000, the other at -2000",
        model.loss(np.array([[2.0], [-2.0]]), np.array([0, 1])),
        np.log(2),
        hint="What is subtracted from an example's scores must come from that example alone.",
    )


def follow_the_loss(student, rng, method, reg):
    """The gradients are those of the loss that the same method returns, by finite differences."""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    call = getattr(model, method)
    loss, dW, db = call(X, y, reg)
    single = np.float32 in [getattr(value, "dtype", None) for value in (loss, dW, db)]

    def loss_at(weights, biases):
        model.W, model.b = weights, biases
        return call(X, y, reg)[0]

    expect.true(
        loss_at(2 * W, b) != loss_at(W, b),
        "is the same for W and for 2 W: it does not depend on the weights.",
        what="the loss",
        hint="Begin with the scores of the examples, X @ W.T + b.",
    )
    options = {"rng": rng, "batch_size": len(X), "reg": reg}
    count = whole if reg else expect.several

    def slope(name, f, x, got):
        return coarsely(name, f, x, got, rng) if single else expect.gradient(name, f, x, wide(got), **options)

    count(
        lambda: slope("dW", lambda weights: loss_at(weights, b), W, dW),
        lambda: slope("db", lambda biases: loss_at(W, biases), b, db),
    )


def same_loss(student, rng, method):
    """The loss that comes with the gradients is that of the method `loss`."""
    W, b, X, y = problem(rng)
    model = classifier(student, W, b)
    for reg in (0.0, 0.6):
        got = getattr(model, method)(X, y, reg)[0]
        agree(
            "loss",
            lambda reg=reg: model.loss(X, y, reg),
            lambda loss, got=got, reg=reg: expect.number(f"loss at reg = {reg}", got, loss, rtol=1e-5),
        )


SLOPES = (
    "∂loss/∂score is the class's probability, less one for the right class; then the chain rule and the mean."
)


@check("softmax.loss_and_grad", hint=SLOPES)
def one_example(student, rng):
    """One example, two classes, equal scores: a gradient to check by hand"""
    model = classifier(student, np.zeros((2, 2)), np.zeros(2))
    loss, dW, db = model.loss_and_grad(np.array([[2.0, -4.0]]), np.array([1]))
    expect.several(
        lambda: expect.number("loss", loss, np.log(2)),
        lambda: expect.close("dW", dW, [[1.0, -2.0], [-1.0, 2.0]], dtype="float"),
        lambda: expect.close("db", db, [0.5, -0.5], dtype="float"),
    )


@check(
    "softmax.loss_and_grad",
    side=True,
    weight=0.25,
    after="softmax.loss",
    hint="Is it the mean, and is the penalty in it?",
)
def slow_same_loss(student, rng):
    """The same loss as from loss()"""
    same_loss(student, rng, "loss_and_grad")


@check("softmax.loss_and_grad", weight=2, hint=SLOPES)
def slopes(student, rng):
    """Gradient check without regularization"""
    follow_the_loss(student, rng, "loss_and_grad", 0.0)


@check("softmax.loss_and_grad", weight=3, hint="What does the penalty add to dW? And to db?")
def slopes_with_penalty(student, rng):
    """Gradient check with regularization"""
    follow_the_loss(student, rng, "loss_and_grad", 0.6)


@check(
    "softmax.fast_loss_and_grad", weight=2, hint="Which axis is summed over in each of dW, db and the loss?"
)
def fast_slopes(student, rng):
    """Gradient check without regularization"""
    follow_the_loss(student, rng, "fast_loss_and_grad", 0.0)


@check("softmax.fast_loss_and_grad", weight=3, hint="What does the penalty add to dW? And to db?")
def fast_slopes_with_penalty(student, rng):
    """Gradient check with regularization"""
    follow_the_loss(student, rng, "fast_loss_and_grad", 0.6)


@check(
    "softmax.fast_loss_and_grad",
    side=True,
    weight=0.25,
    after="softmax.loss_and_grad",
    hint="Compare the two on a single example first.",
)
def same_as_slow(student, rng):
    """The same numbers as the version with loops"""
    W, b, X, y = problem(rng, N=12, D=9, C=5)
    model = classifier(student, W, b)
    fast = model.fast_loss_and_grad(X, y, 0.3)

    def compare(slow):
        for name, got, expected in zip(("loss", "dW", "db"), fast, slow, strict=True):
            expect.close(name, got, expected, rtol=1e-5, atol=1e-5)

    agree("loss_and_grad", lambda: model.loss_and_grad(X, y, 0.3), compare)


def large_score_gradients(student, method):
    """The gradients at scores whose exponentials no computer can hold."""
    model = from_scores(student, [5000.0, 4900.0, 4950.0])
    loss, dW, db = getattr(model, method)(np.full((1, 1), 2.0), np.array([1]))
    expect.several(
        lambda: expect.number("loss", loss, 100.0),
        lambda: expect.close("dW", dW, [[2.0], [-2.0], [0.0]], atol=1e-6),
        lambda: expect.close("db", db, [1.0, -1.0, 0.0], atol=1e-6),
    )
    model = from_scores(student, [1e4, 0.0])
    loss, _, _ = getattr(model, method)(np.ones((1, 1)), np.array([1]))
    expect.number("loss when the right score is 10,000 too low", loss, 1e4, hint=ZERO_HINT)


CARE = "The probabilities in the gradient need the same care with large scores as the loss."


@check("softmax.loss_and_grad", weight=2, hint=CARE)
def slow_large_scores(student, rng):
    """Scores [5000, 4900, 4950]"""
    large_score_gradients(student, "loss_and_grad")


@check("softmax.fast_loss_and_grad", weight=2, hint=CARE)
def fast_large_scores(student, rng):
    """Scores [5000, 4900, 4950]"""
    large_score_gradients(student, "fast_loss_and_grad")


@check(
    "softmax.fast_loss_and_grad",
    side=True,
    weight=1.5,
    hint="An array of zeros or ones that you make yourself is float64 unless you say otherwise (dtype=...).",
)
def fast_float32(student, rng):
    """float32 in, float32 out; float64 in, float64 out"""
    W, b, X, y = problem(rng)
    for dtype in (np.float32, np.float64):
        model = classifier(student, W.astype(dtype), b.astype(dtype))
        _, dW, db = model.fast_loss_and_grad(X.astype(dtype), y, 0.1)
        name = np.dtype(dtype).name
        expect.array(f"dW when all is {name}", dW, W.shape, dtype)
        expect.array(f"db when all is {name}", db, b.shape, dtype)


GRADIENTS = ("softmax.fast_loss_and_grad",)


@check("softmax.train", after=GRADIENTS, hint="Against the gradient, as far as learning_rate says.")
def one_step(student, rng):
    """One step that can be checked by hand"""
    model = classifier(student, np.zeros((2, 1)), np.zeros(2))
    history = model.train(np.array([[2.0]]), np.array([0]), 0.1, 1, 1, 0.0, rng)
    expect.close("W after the step", model.W, [[0.1], [-0.1]])
    expect.close("b after the step", model.b, [0.05, -0.05])
    expect.close("the history", np.array(history, dtype=float), [np.log(2)])


@check("softmax.train", side=True, after=GRADIENTS, hint="Where should training begin, and where did W go?")
def carries_on(student, rng):
    """Training carries on from the present weights"""
    W, b, X, y = problem(rng, N=20)
    model = classifier(student, W, b)
    history = model.train(X, y, 0.0, 3, 5, 0.0, rng)
    expect.true(
        len(history) == 3, "should have one loss per iteration.", what="the history", got=list(history)
    )
    expect.close("W after steps of length 0", model.W, W)
    expect.close("b after steps of length 0", model.b, b)


@check(
    "softmax.train", weight=3, after=GRADIENTS, hint="How can each example be drawn exactly once in an epoch?"
)
def every_example_once(student, rng):
    """An epoch takes every example once, and the next epoch in another order"""
    N, batch = 60, 6
    X, y = np.eye(N), rng.integers(0, 3, N)  # example i alone moves column i of W

    def moved(num_iters):
        model = classifier(student, np.zeros((3, N)), np.zeros(3))
        model.train(X, y, 0.1, num_iters, batch, 0.0, np.random.default_rng(5))
        return np.asarray(model.W)

    first = np.flatnonzero(np.any(moved(1) != 0, axis=0))
    expect.true(
        len(first) > 0,
        "has not moved the weights of any example.",
        what="the first step",
        hint="Is the result of the step stored in self.W and self.b?",
    )
    expect.true(
        len(first) == batch,
        "does not hold batch_size examples.",
        expected=f"{batch} of the {N} examples",
        got=len(first),
        what="the first minibatch",
        hint="Which rows of X and y go into the gradient?",
    )
    used = int(np.any(moved(N // batch) != 0, axis=0).sum())
    expect.true(
        used == N,
        "some examples were left out, so others came twice.",
        expected=f"{N} different examples in {N // batch} minibatches of {batch}",
        got=used,
        what="one epoch",
    )
    later = np.flatnonzero(np.any(moved(N // batch + 1) != moved(N // batch), axis=0))
    expect.true(
        not np.array_equal(first, later),
        "has the same first minibatch as the first epoch.",
        what="the second epoch",
        hint="Draw a new order whenever an epoch begins.",
    )


@check("softmax.train", side=True, after=GRADIENTS, hint="Draw only from the generator that is passed in.")
def same_seed(student, rng):
    """The same rng state gives the same run; the loss falls"""
    centres = 3 * np.eye(4)
    y = rng.integers(0, 4, 40)
    X = centres[y] + 0.3 * rng.standard_normal((40, 4))
    runs = []
    for _ in range(2):
        model = classifier(student, np.zeros((4, 4)), np.zeros(4))
        history = np.array(model.train(X, y, 0.3, 60, 8, 0.0, np.random.default_rng(11)), dtype=float)
        runs.append((history, np.asarray(model.W)))
    expect.close("the second run's history", runs[1][0], runs[0][0])
    expect.close("the second run's W", runs[1][1], runs[0][1])
    expect.true(
        runs[0][0][-5:].mean() < 0.3,
        "has not fallen far enough on four easy classes.",
        what="the loss",
        expected="below 0.3",
        got=round(float(runs[0][0][-5:].mean()), 4),
        hint="Print W and the loss before and after one step: does W move, and does the loss go down?",
    )


def vote(got, expected):
    """Labels as expected; whether they are an array of integers is a check of its own."""
    got = np.array(got) if isinstance(got, list) else got
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, np.rint(got)):
        got = got.astype(np.int64)
    expect.labels("labels", got, expected)


@check("softmax.predict", hint="One label per example: which class has the largest score?")
def largest_score(student, rng):
    """The class with the largest score"""
    model = classifier(student, [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], [0.0, 0.0, 0.0])
    X = np.array([[2.0, 1.0], [-1.0, 3.0], [-2.0, -5.0], [0.1, 0.0]])
    vote(model.predict(X), [0, 1, 2, 0])


@check("softmax.predict", hint="A score has two parts.")
def biases_count(student, rng):
    """Biases count, and so does a single example"""
    model = classifier(student, np.zeros((3, 2)), [0.0, -1.0, 2.0])
    vote(model.predict(np.ones((1, 2))), [2])


@check(
    "softmax.predict", side=True, hint="What is the dtype of the array that you fill with labels (dtype=...)?"
)
def predicted_integers(student, rng):
    """Labels are integers in an array, one for each example"""
    W, b, X, _ = problem(rng)
    expect.array("labels", classifier(student, W, b).predict(X), (len(X),), "integer")
