"""Hidden checks that gradients were derived and not measured: in time where there are many entries.

A measured gradient gives the right values at the sizes of the other checks, and is not what was asked for.
"""

import numpy as np

from labkit.checks import StudentError, check, expect

DERIVED = "Type the formula that you derived; thousands of function values for one gradient take too long."
LARGE = 1e9  # values so large that a difference of two of them has lost the small steps between them


def right(call, *goals):
    """Whether the call returns these arrays, but for rounding as in float32."""
    try:
        got = call()
        several = got if len(goals) > 1 else (got,)
        return len(several) == len(goals) and all(
            np.shape(one) == goal.shape and np.allclose(one, goal, 1e-4, 1e-4 * float(np.abs(goal).max()))
            for one, goal in zip(several, goals, strict=True)
        )
    except (TypeError, ValueError):
        return False
    except StudentError as error:
        if error.kind == "exception":
            return False
        raise


def derived(case, small, large):
    """Whatever is right where there are few numbers is also right, and in time, where there are many."""
    fine = all(right(*case(*small)) for _ in range(2))
    expect.true(right(*case(*large)) or not fine, "is right for small sizes only.", what="the gradient")


def gate(question, seconds=4):
    """The decorator of these checks: nothing of the question counts without them."""
    return check(question, gate=True, side=True, weight=0.01, seconds=seconds, hint=DERIVED)


@gate("calculus.linear")
def linear_is_derived(student, rng):
    """The gradient is derived, not measured: 300,000 entries"""

    def case(n):
        theta, x = rng.standard_normal(n), LARGE * rng.standard_normal(n)
        return lambda: student.notebook.gradient_of_linear(theta, x), theta

    derived(case, (3,), (300_000,))


def quadratic_case(rng, n):
    """A, b, x and the gradient of xᵀAx."""
    A, b, x = rng.standard_normal((n, n)), rng.standard_normal(n), LARGE * (1 + rng.random(n))
    return A, b, x, (x @ A) + np.sum(A * x, axis=1)


@gate("calculus.quadratic", seconds=6)
def quadratic_is_derived(student, rng):
    """The gradient is derived, not measured: 2,400 entries, six million terms"""

    def case(n):
        A, _, x, goal = quadratic_case(rng, n)
        return lambda: student.notebook.gradient_of_quadratic(A, x), goal

    derived(case, (3,), (2400,))


@gate("calculus.quadratic_linear", seconds=6)
def quadratic_linear_is_derived(student, rng):
    """The gradient is derived, not measured: 2,400 entries, six million terms"""

    def case(n):
        A, b, x, goal = quadratic_case(rng, n)
        return lambda: student.notebook.gradient_of_quadratic_and_linear(A, b, x), goal + b

    derived(case, (3,), (2400,))


@gate("calculus.bilinear")
def bilinear_is_derived(student, rng):
    """The gradients are derived, not measured: more than a million entries"""

    def case(m, n):
        x, A, y = LARGE * (1 + rng.random(m)), rng.standard_normal((m, n)), LARGE * (1 + rng.random(n))
        return (
            lambda: student.notebook.gradients_of_bilinear(x, A, y),
            np.sum(A * y, axis=1),
            np.multiply.outer(x, y),
            np.sum(A.T * x, axis=1),
        )

    derived(case, (3, 2), (1200, 1000))


@gate("calculus.trace")
def trace_is_derived(student, rng):
    """The gradient is derived, not measured: 240,000 entries"""

    def case(m, n):
        A, B = LARGE * rng.standard_normal((m, n)), rng.standard_normal((n, m))
        return lambda: student.notebook.gradient_of_trace(A, B), np.swapaxes(B, 0, 1)

    derived(case, (3, 2), (400, 600))


@gate("calculus.traces")
def traces_is_derived(student, rng):
    """The gradient is derived, not measured: 14,400 entries"""

    def case(n):
        A, B = rng.standard_normal((n, n)), rng.standard_normal((n, n))
        both = np.tensordot(A, B, 1) + np.tensordot(B, A, 1)
        return lambda: student.notebook.gradient_of_traces(A, B), np.transpose(B + both) + B

    derived(case, (3,), (120,))


@gate("calculus.frobenius")
def frobenius_is_derived(student, rng):
    """The gradient is derived, not measured: 240,000 entries"""

    def case(m, n):
        A, B = rng.standard_normal((m, n)), rng.standard_normal((m, n))
        return lambda: student.notebook.gradient_of_frobenius(A, B, 0.5), A + A + B

    derived(case, (3, 2), (400, 600))


@gate("calculus.least_squares")
def least_squares_is_derived(student, rng):
    """The gradient is derived, not measured: 50,000 entries"""

    def case(N, D, M):
        W, X, Y = rng.standard_normal((M, D)), rng.standard_normal((N, D)), rng.standard_normal((N, M))
        goal = np.tensordot(np.inner(X, W) - Y, X, (0, 0))
        return lambda: student.notebook.gradient_of_least_squares(W, X, Y), goal

    derived(case, (5, 3, 2), (20, 500, 100))
