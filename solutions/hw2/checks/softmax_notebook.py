"""Checks of the functions that are written in softmax.ipynb itself, and of the file it saves."""

import numpy as np

from labkit.checks import CheckFailed, check, expect


@check(
    "softmax.losses_by_hand", hint="For one picture: the log of the sum of exp(score), minus the right score."
)
def losses_by_hand(student, rng):
    """The three losses fit the three scores"""
    losses = expect.items("losses_by_hand()", student.notebook.losses_by_hand(), 3, of="numbers")
    for name, value in zip(("bird", "car", "ship"), losses, strict=True):
        expect.number(f"the loss of the {name}", value, value)
        expect.true(
            np.isfinite(value) and value > 0,
            "is not a positive number; a probability below one has a positive loss.",
            what=f"the loss of the {name}",
            got=value,
        )
    bird, car, ship = (float(value) for value in losses)
    expect.number(
        "loss of the bird minus loss of the car",
        bird - car,
        5.1 - 2.0,
        rtol=0,
        atol=0.02,
        hint="All three losses share the log of the sum: they differ exactly as the scores differ.",
    )
    expect.number("loss of the ship minus loss of the bird", ship - bird, 2.0 - -1.3, rtol=0, atol=0.02)
    expect.number(
        "the sum of the three probabilities exp(-loss)",
        np.exp(-np.array([bird, car, ship])).sum(),
        1.0,
        rtol=0,
        atol=0.02,
        hint="A loss is minus the log of a probability, and the three probabilities add up to one.",
    )


WORDS = {"diverging", "rate too high", "rate too low", "good"}


@check("softmax.loss_curves", weight=0.1, hint="Four panels, four descriptions: each is used once.")
def curves_answered(student, rng):
    """Each of the four curves has a description of its own"""
    answer = student.notebook.name_the_curves()
    expect.true(
        isinstance(answer, dict) and set(answer) == set("ABCD"),
        "should have the keys A, B, C and D.",
        what="name_the_curves()",
        got=answer,
    )
    expect.true(
        set(answer.values()) == WORDS,
        "should use each of the four descriptions once.",
        what="name_the_curves()",
        expected=", ".join(sorted(WORDS)),
        got=answer,
    )


@check("softmax.largest_step", hint="How does one step change the steeper of the two coordinates?")
def largest_step(student, rng):
    """A little below it the path arrives, a little above it runs away"""
    limit = student.notebook.largest_step()
    expect.number("largest_step()", limit, limit)

    def distance(step):
        point = np.array([1.0, 4.0])
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(2000):
                point = point - step * np.array([22.0, 2.0]) * point
        return float(np.abs(point).max())

    expect.true(float(limit) > 0, "should be positive.", what="largest_step()", got=limit)
    expect.true(
        distance(0.98 * float(limit)) < 1,
        "is too large: a step 2% shorter does not arrive either.",
        what="largest_step()",
        got=limit,
    )
    expect.true(
        distance(1.02 * float(limit)) > 1,
        "is too small: a step 2% longer still arrives.",
        what="largest_step()",
        got=limit,
    )


@check("softmax.as_logistic", hint="Divide the numerator and the denominator of P(y = 1) by the same thing.")
def odds_three_to_one(student, rng):
    """Odds of three to one"""
    w, c = student.notebook.as_logistic(np.array([[0.0, 5.0], [1.0, 5.0]]), np.array([2.0, 2.0]))
    expect.array("w", w, (2,), "float")
    expect.number("w · x + c at x = (log 3, 7)", np.asarray(w) @ [np.log(3), 7.0] + np.asarray(c), np.log(3))


@check("softmax.as_logistic", side=True, hint="Softmax does not notice what is added to both scores.")
def common_part(student, rng):
    """What is added to both classes does not matter"""
    W, b = rng.standard_normal((2, 3)), rng.standard_normal(2)
    w, c = student.notebook.as_logistic(W, b)
    shifted_w, shifted_c = student.notebook.as_logistic(W + rng.standard_normal(3), b + 1.7)
    expect.close("w", shifted_w, w)
    expect.number("c", shifted_c, c)


@check(
    "softmax.binary_hinge", hint="The margin is y (w · x + b): what does the loss do at 2, at 0 and at -1?"
)
def three_margins(student, rng):
    """Margins 2, 0 and -1"""
    X, y = np.array([[2.0], [0.0], [1.0]]), np.array([1, -1, -1])
    loss, dw, db = student.notebook.binary_hinge(np.array([1.0]), 0.0, X, y)
    expect.several(
        lambda: expect.number("loss", loss, 1.0),
        lambda: expect.close("dw", dw, [1 / 3], hint="Only examples with a margin below one pull."),
        lambda: expect.number("db", db, 2 / 3),
    )


@check(
    "softmax.binary_hinge",
    weight=2,
    hint="Where the loss is flat, its gradient is zero: that is the indicator.",
)
def binary_slopes(student, rng):
    """Gradient check"""
    X, y, w, b = rng.standard_normal((9, 4)), rng.choice([-1, 1], 9), rng.standard_normal(4), 0.3
    hinge = student.notebook.binary_hinge
    _, dw, db = hinge(w, b, X, y)
    expect.gradient("dw", lambda weights: hinge(weights, b, X, y)[0], w, dw, rng=rng, batch_size=9)
    slope = np.asarray(db, dtype=float)
    expect.true(slope.shape == (), "should be a single number.", what="db", got=db)
    expect.gradient("db", lambda bias: hinge(w, bias, X, y)[0], np.array(b), slope, rng=rng, batch_size=9)


@check("softmax.svm_loss", hint="Each wrong class counts by how far it comes within 1 of the right one.")
def worked_hinge(student, rng):
    """Scores 3, 5 and -1: losses 3, 0 and 12"""
    W, b = np.zeros((3, 1)), np.array([3.0, 5.0, -1.0])
    for label, expected in ((0, 3.0), (1, 0.0), (2, 12.0)):
        loss, _, _ = student.notebook.svm_loss(W, b, np.ones((1, 1)), np.array([label]), 0.0)
        expect.number(f"loss when class {label} is right", loss, expected)
    loss, _, _ = student.notebook.svm_loss(np.zeros((5, 3)), np.zeros(5), np.ones((4, 3)), np.arange(4), 0.0)
    expect.number(
        "loss with five equal scores", loss, 4.0, hint="The right class is not compared with itself."
    )


def hinge_slopes(student, rng, reg):
    """The gradients are those of the student's own hinge loss, by finite differences."""
    W, b = rng.standard_normal((4, 5)), rng.standard_normal(4)
    X, y = rng.standard_normal((7, 5)), rng.integers(0, 4, 7)
    hinge = student.notebook.svm_loss
    _, dW, db = hinge(W, b, X, y, reg)
    findings = []
    for part in (
        lambda: expect.gradient(
            "dW", lambda weights: hinge(weights, b, X, y, reg)[0], W, dW, rng=rng, batch_size=7, reg=reg
        ),
        lambda: expect.gradient(
            "db", lambda biases: hinge(W, biases, X, y, reg)[0], b, db, rng=rng, batch_size=7
        ),
    ):
        try:
            part()
        except CheckFailed as failure:
            findings += failure.findings
    if findings:
        raise CheckFailed(*findings, credit=0.5 if len(findings) == 1 and not reg else 0.0)


@check(
    "softmax.svm_loss", weight=2, hint="Which scores pull in an example, and how often does the right one?"
)
def hinge_slopes_alone(student, rng):
    """Gradient check without regularization"""
    hinge_slopes(student, rng, 0.0)


@check("softmax.svm_loss", weight=2, hint="The penalty is the same as in the softmax loss.")
def hinge_slopes_with_penalty(student, rng):
    """Gradient check with regularization"""
    hinge_slopes(student, rng, 0.6)


@check(
    "softmax.accuracy",
    side=True,
    weight=0.05,
    hint="The notebook saves W, b and the mean image that training used.",
)
def saved_classifier(student, rng):
    """softmax_best.npz holds W, b and mean"""
    saved = student.saved("softmax_best.npz")
    for name, shape in (("W", (10, 3072)), ("b", (10,)), ("mean", (3072,))):
        expect.true(name in saved, "is missing from softmax_best.npz.", what=name, got=sorted(saved))
        expect.array(name, saved[name], shape, "float")
