"""Hidden checks that gradients were derived: one of 100,000 slopes may not cost 200,000 losses.

A numerical gradient gives the right values at the sizes of the other checks, and is not what was asked for.
"""

import numpy as np

from labkit.checks import StudentError, check, expect

COST = (
    "Loss and gradient together may cost a few times as much as the loss alone. Which formula did you derive?"
)


def nearly(got, expected):
    """Whether a gradient is right but for rounding."""
    return (
        isinstance(got, np.ndarray) and got.shape == expected.shape and np.allclose(got, expected, 1e-4, 1e-6)
    )


def derived(gradient, few, many):
    """Right where slopes are few, the gradient is also right, and in time, where they are many.

    Args:
        gradient: maps a number of features to the gradient and the expected one.
    """

    def right(D):
        try:
            return nearly(*gradient(D))
        except StudentError as error:
            if error.kind == "exception":
                return False
            raise

    several = [right(D) for D in (few, few + 3)]
    expect.true(right(many) or not all(several), "is right for few weights only.", what="the gradient")


def softmax_slopes(student, rng, method):
    """The gradient with respect to W, and the oracle's."""

    def gradient(D):
        W, b = rng.standard_normal((10, D)) / D, rng.standard_normal(10)
        X, y = rng.standard_normal((2, D)), np.array([3, 7])
        model = student.softmax.Softmax(W.shape, np.random.default_rng(1))
        model.W, model.b = W, b
        scores = X @ W.T + b
        slopes = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
        slopes[[0, 1], y] -= 1
        _, dW, _ = getattr(model, method)(X, y, 0.1)
        return dW, slopes.T @ X / 2 + 0.1 * W

    derived(gradient, 3, 20_000)


@check("softmax.loss_and_grad", gate=True, side=True, weight=0.01, hint=COST)
def slow_is_derived(student, rng):
    """The gradient is derived, not measured: 200,000 weights"""
    softmax_slopes(student, rng, "loss_and_grad")


@check("softmax.fast_loss_and_grad", gate=True, side=True, weight=0.01, hint=COST)
def fast_is_derived(student, rng):
    """The gradient is derived, not measured: 200,000 weights"""
    softmax_slopes(student, rng, "fast_loss_and_grad")


@check("softmax.svm_loss", gate=True, side=True, weight=0.01, hint=COST)
def hinge_is_derived(student, rng):
    """The gradient is derived, not measured: 200,000 weights"""

    def gradient(D):
        W, X = rng.standard_normal((10, D)) / D, rng.standard_normal((2, D))
        b, y = 3.0 * rng.permutation(10), np.array([3, 7])
        gaps = 1 + (X @ W.T + b) - (X @ W.T + b)[[0, 1], y][:, None]
        pulls = (gaps > 0).astype(float)
        pulls[[0, 1], y] -= pulls.sum(axis=1)
        _, dW, _ = student.notebook.svm_loss(W, b, X, y, 0.1)
        return dW, pulls.T @ X / 2 + 0.1 * W

    derived(gradient, 3, 20_000)


@check("softmax.binary_hinge", gate=True, side=True, weight=0.01, hint=COST)
def binary_is_derived(student, rng):
    """The gradient is derived, not measured: 200,000 weights"""

    def gradient(D):
        w, X, y = rng.standard_normal(D) / D, rng.standard_normal((3, D)), np.array([1, -1, 1])
        near = y * (X @ w) < 1
        _, dw, _ = student.notebook.binary_hinge(w, 0.0, X, y)
        return dw, -(near * y) @ X / 3

    derived(gradient, 3, 200_000)
