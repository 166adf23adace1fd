"""Checks of the layers: worked numbers, properties and gradient checks against the student's own forward passes."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

WEIGHTED = "Every output is a weighted sum of all inputs of its example, plus that output's bias."
FLAT = "Each example becomes one row of d1 · d2 · … numbers, in the order in which reshape reads them."
KEEP = "An array that you make yourself is float64 unless you say otherwise; one made from x keeps x's type."
PURE = "Is there a line such as a += … or a[…] = … in which a is an argument, or the same memory as one?"
LOCAL = (
    "Each gradient has its variable's shape. Which matrix product of the upstream gradient has that shape?"
)
SLOPE = "The slope is 1 where the input was positive and 0 where it was negative: it multiplies the upstream."
STABLE = "Which number may be taken from every score of an example without changing its loss?"
MEAN = "The loss is a mean over the examples. Is its gradient the gradient of the same mean?"
HINGE = "Each wrong class costs by how far it comes within 1 of the right one."


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def slopes_of_own(forward_is_right, *arguments, **inputs):
    """A layer's gradients against its own forward pass; where that is wrong, only that is to be mended."""
    try:
        expect.layer(*arguments, **inputs)
    except CheckFailed as failure:
        try:
            forward_is_right()
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise CheckFailed(*failure.findings) from None


def affine_example(student):
    """Two inputs, three outputs, numbers to check by hand."""
    x, w, b = (
        np.array([[1.0, 2.0]]),
        np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]),
        np.array([10.0, 20, 30]),
    )
    out, _ = student.layers.affine_forward(x, w, b)
    expect.close("out", out, [[11.0, 22.0, 29.0]], dtype="float")


@check("layers.affine_forward", hint=WEIGHTED)
def affine_by_hand(student, rng):
    """Two inputs, three outputs, to check by hand"""
    affine_example(student)


@check("layers.affine_forward", hint=FLAT)
def affine_pictures(student, rng):
    """Pictures give the same as their rows of numbers"""
    x, w, b = rng.standard_normal((4, 2, 3, 2)), rng.standard_normal((5, 12)), rng.standard_normal(5)
    out, _ = student.layers.affine_forward(x, w, b)
    rows, _ = student.layers.affine_forward(x.reshape(4, 12), w, b)
    expect.array("out", rows, (4, 5), "float")
    expect.close("out of the pictures", out, rows)


@check("layers.affine_forward", side=True, weight=0.5, hint=KEEP)
def affine_float32(student, rng):
    """float32 in, float32 out"""
    x, w, b = (rng.standard_normal(s).astype(np.float32) for s in ((3, 2, 2), (5, 4), (5,)))
    out, _ = student.layers.affine_forward(x, w, b)
    expect.array("out", out, (3, 5), np.float32)


@check("layers.affine_backward", after="layers.affine_forward", hint=LOCAL)
def affine_backward_by_hand(student, rng):
    """One example with two inputs and one output, to check by hand"""
    x, w, b = np.array([[2.0, -1.0]]), np.array([[3.0, 5.0]]), np.array([0.5])
    _, cache = student.layers.affine_forward(x, w, b)
    dx, dw, db = student.layers.affine_backward(np.array([[10.0]]), cache)
    expect.several(
        lambda: expect.close("dx", dx, [[30.0, 50.0]], dtype="float"),
        lambda: expect.close("dw", dw, [[20.0, -10.0]], dtype="float"),
        lambda: expect.close("db", db, [10.0], dtype="float"),
    )


@check("layers.affine_backward", weight=3, after="layers.affine_forward", hint=LOCAL)
def affine_slopes(student, rng):
    """Gradient check on pictures"""
    inputs = {
        "x": rng.standard_normal((4, 2, 3)),
        "w": rng.standard_normal((5, 6)),
        "b": rng.standard_normal(5),
    }
    layers = student.layers
    slopes_of_own(
        lambda: affine_example(student), layers.affine_forward, layers.affine_backward, rng, **inputs
    )


def relu_example(student):
    """Every sign."""
    out, _ = student.layers.relu_forward(np.array([[-3.0, 0.5], [0.0, 2.0], [-0.25, 7.0]]))
    expect.close("out", out, [[0.0, 0.5], [0.0, 2.0], [0.0, 7.0]], dtype="float")


@check("layers.relu_forward", hint="Which entries stay as they are, and what becomes of the others?")
def relu_by_hand(student, rng):
    """Six numbers"""
    relu_example(student)


@check("layers.relu_forward", side=True, weight=0.5, hint=KEEP)
def relu_float32(student, rng):
    """float32 in, float32 out"""
    x = rng.standard_normal((3, 2, 4)).astype(np.float32)
    out, _ = student.layers.relu_forward(x)
    expect.array("out", out, (3, 2, 4), np.float32)


@check("layers.relu_backward", after="layers.relu_forward", hint=SLOPE)
def relu_backward_by_hand(student, rng):
    """Five numbers"""
    _, cache = student.layers.relu_forward(np.array([[-1.0, 2.0, 3.0, -4.0, 0.5]]))
    dx = student.layers.relu_backward(np.array([[5.0, -7.0, 0.0, -2.0, 6.0]]), cache)
    expect.close("dx", dx, [[0.0, -7.0, 0.0, 0.0, 6.0]], dtype="float")


@check("layers.relu_backward", weight=2, after="layers.relu_forward", hint=SLOPE)
def relu_slopes(student, rng):
    """Gradient check"""
    layers = student.layers
    x = rng.uniform(0.1, 2, (4, 3, 2)) * rng.choice([-1.0, 1.0], (4, 3, 2))
    slopes_of_own(lambda: relu_example(student), layers.relu_forward, layers.relu_backward, rng, x=x)


def follow_the_loss(loss_of, rng, N=7, C=5):
    """The gradient is that of the loss that comes with it."""
    x, y = 2 * rng.standard_normal((N, C)), rng.integers(0, C, N)
    _, dx = loss_of(x, y)
    expect.gradient("dx", lambda scores: loss_of(scores, y)[0], x, dx, rng=rng, batch_size=N)


def mean_of_examples(loss_of, rng):
    """Listing all examples three times changes nothing but the size of the gradient's rows."""
    x, y = rng.standard_normal((4, 3)), rng.integers(0, 3, 4)
    loss, dx = loss_of(x, y)
    thrice, dthrice = loss_of(np.tile(x, (3, 1)), np.tile(y, 3))
    whole(
        lambda: expect.number("loss of the examples listed three times", thrice, loss, rtol=1e-5),
        lambda: expect.close("dx of the examples listed three times", 3 * dthrice[:4], dx, 1e-5, 1e-6),
    )


def single(loss_of, rng):
    """float32 scores have a float32 gradient."""
    _, dx = loss_of(rng.standard_normal((4, 3)).astype(np.float32), rng.integers(0, 3, 4))
    expect.array("dx", dx, (4, 3), np.float32)


@check("layers.softmax_loss", hint="With equal scores every one of the C classes has probability 1/C.")
def softmax_equal(student, rng):
    """Equal scores: the loss is log C, and the gradient can be checked by hand"""
    loss, dx = student.layers.softmax_loss(np.full((2, 4), 7.0), np.array([1, 3]))
    expect.several(
        lambda: expect.number("loss", loss, np.log(4)),
        lambda: expect.close("dx", dx, np.array([[1, -3, 1, 1], [1, 1, 1, -3]]) / 8, dtype="float"),
    )


@check("layers.softmax_loss", weight=2, hint=MEAN)
def softmax_slopes(student, rng):
    """Gradient check"""
    follow_the_loss(student.layers.softmax_loss, rng)


@check("layers.softmax_loss", hint=MEAN)
def softmax_mean(student, rng):
    """A mean: listing every example three times"""
    mean_of_examples(student.layers.softmax_loss, rng)


@check("layers.softmax_loss", weight=1.5, hint=STABLE)
def softmax_large(student, rng):
    """Scores [5000, 4900, 4950], and two examples a world apart"""
    for label, expected in ((0, 0.0), (1, 100.0)):
        loss, dx = student.layers.softmax_loss(np.array([[5000.0, 4900.0, 4950.0]]), np.array([label]))
        expect.number(f"loss when class {label} is right", loss, expected)
        goal = np.array([[1.0, 0.0, 0.0]]) - np.eye(3)[[label]]
        expect.close(f"dx when class {label} is right", dx, goal, atol=1e-6)
    loss, _ = student.layers.softmax_loss(np.array([[2000.0, 2000], [-2000, -2000]]), np.array([0, 1]))
    hint = "What is taken from an example's scores must come from that example alone."
    expect.number("loss of two examples, scores 2000 and -2000", loss, np.log(2), hint=hint)


@check("layers.softmax_loss", side=True, weight=0.5, hint=KEEP)
def softmax_float32(student, rng):
    """float32 scores have a float32 gradient"""
    single(student.layers.softmax_loss, rng)


@check("layers.svm_loss", hint=HINGE)
def svm_by_hand(student, rng):
    """Scores 3, 5 and -1: losses 3, 0 and 12"""
    goals = {0: [-1.0, 1.0, 0.0], 1: [0.0, 0.0, 0.0], 2: [1.0, 1.0, -2.0]}
    for (label, goal), loss in zip(goals.items(), (3.0, 0.0, 12.0), strict=True):
        got, dx = student.layers.svm_loss(np.array([[3.0, 5.0, -1.0]]), np.array([label]))
        expect.number(f"loss when class {label} is right", got, loss)
        expect.close(f"dx when class {label} is right", dx, [goal], dtype="float")


@check("layers.svm_loss", hint="The right class is not compared with itself.")
def svm_equal(student, rng):
    """Equal scores: each of the C - 1 others costs 1"""
    loss, _ = student.layers.svm_loss(np.full((4, 5), -2.0), np.array([0, 1, 2, 4]))
    expect.number("loss with five equal scores", loss, 4.0)


@check("layers.svm_loss", weight=2, hint="Which scores pull in an example, and how often does the right one?")
def svm_slopes(student, rng):
    """Gradient check"""
    follow_the_loss(student.layers.svm_loss, rng)


@check("layers.svm_loss", hint=MEAN)
def svm_mean(student, rng):
    """A mean: listing every example three times"""
    mean_of_examples(student.layers.svm_loss, rng)


@check("layers.svm_loss", side=True, weight=0.5, hint=KEEP)
def svm_float32(student, rng):
    """float32 scores have a float32 gradient"""
    single(student.layers.svm_loss, rng)
