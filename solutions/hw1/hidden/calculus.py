"""Hidden checks of the gradients in matrix_calculus.ipynb: entry by entry at other sizes, and arguments that stay."""

import numpy as np

from labkit.checks import check, expect

ONLY_LOOK = "Only look at the arguments, and return an array of your own."
SUMS = "Write the sum out for 2 × 2 matrices, and differentiate by one entry."


def triple(x, A, y):
    """Oracle for xᵀAy: the three gradients as sums over entries."""
    return np.einsum("ij,j->i", A, y), x[:, None] * y[None, :], np.einsum("ij,i->j", A, x)


def square_case(rng, n):
    """A square matrix and two vectors."""
    return rng.standard_normal((n, n)), rng.standard_normal(n), rng.standard_normal(n)


def looks_only(student, name, shapes, rng):
    """No argument is changed, and what comes back does not change when an argument changes later."""
    arrays = [rng.standard_normal(shape) for shape in shapes]
    kept = [student.keep(array) for array in arrays]
    got = getattr(student.notebook, name)(*kept)
    for place, (lent, before) in enumerate(zip(kept, arrays, strict=True)):
        expect.true(
            np.array_equal(student.value(lent), before),
            "was changed in place.",
            what=f"argument {place + 1}",
            hint=ONLY_LOOK,
        )
    return got


@check("calculus.linear", weight=2, hint="It does not depend on x.")
def linear_values(student, rng):
    """Other sizes; the arguments stay as they are"""
    for n in (1, 3, 8):
        theta, x = rng.standard_normal(n), rng.standard_normal(n)
        expect.close("the gradient", student.notebook.gradient_of_linear(theta, x), theta)
    looks_only(student, "gradient_of_linear", [(4,), (4,)], rng)


@check("calculus.quadratic", weight=4, hint=SUMS)
def quadratic_values(student, rng):
    """Other sizes, A not symmetric"""
    for n in (1, 3, 4, 9):
        A, x, _ = square_case(rng, n)
        goal = triple(x, A, x)
        expect.close("the gradient", student.notebook.gradient_of_quadratic(A, x), goal[0] + goal[2])


@check("calculus.quadratic", side=True, weight=0.5, hint=ONLY_LOOK)
def quadratic_looks_only(student, rng):
    """A and x stay as they are"""
    looks_only(student, "gradient_of_quadratic", [(3, 3), (3,)], rng)


@check("calculus.quadratic_linear", weight=3, hint=SUMS)
def quadratic_linear_values(student, rng):
    """Other sizes, A not symmetric; the arguments stay as they are"""
    for n in (1, 3, 6):
        A, x, b = square_case(rng, n)
        first, _, second = triple(x, A, x)
        expect.close(
            "the gradient", student.notebook.gradient_of_quadratic_and_linear(A, b, x), first + second + b
        )
    looks_only(student, "gradient_of_quadratic_and_linear", [(3, 3), (3,), (3,)], rng)


@check("calculus.bilinear", weight=4, hint=SUMS)
def bilinear_values(student, rng):
    """Other sizes, square and not"""
    for m, n in ((3, 5), (4, 4), (1, 3), (5, 1)):
        x, A, y = rng.standard_normal(m), rng.standard_normal((m, n)), rng.standard_normal(n)
        got = expect.items("the result", student.notebook.gradients_of_bilinear(x, A, y), 3, of="arrays")
        expect.several(
            *(
                lambda name=f"{name} for m = {m}, n = {n}", one=one, goal=goal: expect.close(name, one, goal)
                for name, one, goal in zip(("dx", "dA", "dy"), got, triple(x, A, y), strict=True)
            )
        )


@check("calculus.bilinear", side=True, weight=0.5, hint=ONLY_LOOK)
def bilinear_looks_only(student, rng):
    """The arguments stay as they are"""
    looks_only(student, "gradients_of_bilinear", [(3,), (3, 2), (2,)], rng)


@check("calculus.trace", weight=3, hint=SUMS)
def trace_values(student, rng):
    """Other sizes, square and not; the arguments stay as they are"""
    for m, n in ((3, 5), (4, 4), (1, 3)):
        A, B = rng.standard_normal((m, n)), rng.standard_normal((n, m))
        goal = np.array([[B[j, i] for j in range(n)] for i in range(m)])
        expect.close("the gradient", student.notebook.gradient_of_trace(A, B), goal)
    looks_only(student, "gradient_of_trace", [(3, 2), (2, 3)], rng)


@check("calculus.traces", weight=5, hint=SUMS)
def traces_values(student, rng):
    """Other sizes"""
    for n in (1, 3, 5):
        A, B = rng.standard_normal((n, n)), rng.standard_normal((n, n))
        third = np.einsum("jk,ki->ij", A, B) + np.einsum("jk,ki->ij", B, A)
        goal = np.array([[B[i, j] + B[j, i] for j in range(n)] for i in range(n)]) + third
        expect.close("the gradient", student.notebook.gradient_of_traces(A, B), goal)


@check("calculus.traces", side=True, weight=0.5, hint=ONLY_LOOK)
def traces_look_only(student, rng):
    """A and B stay as they are"""
    looks_only(student, "gradient_of_traces", [(3, 3), (3, 3)], rng)


@check("calculus.frobenius", weight=3, hint="One entry of A occurs in one of the squares only.")
def frobenius_values(student, rng):
    """Other sizes and other λ; the arguments stay as they are"""
    for size, lam in (((3, 5), -1.3), ((4, 4), 0.0), ((1, 2), 25.0)):
        A, B = rng.standard_normal(size), rng.standard_normal(size)
        goal = np.array(
            [[2 * a + 2 * lam * b for a, b in zip(*rows, strict=True)] for rows in zip(A, B, strict=True)]
        )
        expect.close("the gradient", student.notebook.gradient_of_frobenius(A, B, lam), goal)
    call = student.notebook.gradient_of_frobenius
    expect.unchanged(student, lambda A, B: call(A, B, 0.5), A=A, B=B, hint=ONLY_LOOK)


@check(
    "calculus.least_squares", weight=4, hint="The sum of (Wx − y)xᵀ over the examples, each of shape (M, D)."
)
def least_squares_values(student, rng):
    """Other sizes, one example, one output, all sizes equal"""
    for N, D, M in ((7, 4, 3), (1, 2, 5), (6, 3, 1), (3, 3, 3)):
        W, X, Y = rng.standard_normal((M, D)), rng.standard_normal((N, D)), rng.standard_normal((N, M))
        goal = np.zeros((M, D))
        for x, y in zip(X, Y, strict=True):
            goal += np.multiply.outer(W.dot(x) - y, x)
        expect.close("the gradient", student.notebook.gradient_of_least_squares(W, X, Y), goal)


@check("calculus.least_squares", side=True, weight=0.5, hint=ONLY_LOOK)
def least_squares_looks_only(student, rng):
    """The arguments stay as they are"""
    looks_only(student, "gradient_of_least_squares", [(2, 3), (5, 3), (5, 2)], rng)


@check("calculus.best_weights", weight=4, hint="W XᵀX = YᵀX: on which side of the inverse does Y stand?")
def best_weights_values(student, rng):
    """Noisy data, other sizes"""
    for N, D, M in ((9, 3, 2), (4, 4, 2), (20, 2, 5), (6, 1, 1)):
        X, Y = rng.standard_normal((N, D)), rng.standard_normal((N, M))
        Q, R = np.linalg.qr(X)
        goal = np.linalg.inv(R) @ (Q.T @ Y)
        expect.close("W", student.notebook.best_weights(X, Y), goal.T, rtol=1e-5, atol=1e-6)


@check("calculus.wiggle", weight=3, hint="Δy is f(x + Δx) − f(x), in this order.")
def wiggle_values(student, rng):
    """Other functions and steps; wrong gradients have larger errors"""
    f = student.function("lambda x: float(np.exp(x).sum())")
    for n, size in ((3, 0.5), (1, 1e-3), (6, 2.0)):
        x, dx = rng.standard_normal(n), size * rng.standard_normal(n)
        for slope in (np.exp(x), -np.ones(n)):
            goal = abs(np.exp(x + dx).sum() - np.exp(x).sum() - sum(slope * dx))
            expect.number(
                "the error", student.notebook.wiggle_error(f, slope, x, dx), goal, rtol=1e-6, atol=1e-12
            )


@check("calculus.wiggle", side=True, weight=0.5, hint="x + dx makes a new array; x += dx does not.")
def wiggle_looks_only(student, rng):
    """The arguments stay as they are"""
    f = student.function("lambda x: float(x @ x)")
    call = student.notebook.wiggle_error
    expect.unchanged(
        student,
        lambda gradient, x, dx: call(f, gradient, x, dx),
        gradient=np.ones(3),
        x=np.ones(3),
        dx=np.ones(3),
    )


@check(
    "calculus.loss_evaluations",
    weight=2,
    hint="Which loss is needed for every parameter, but has to be computed only once?",
)
def evaluations(student, rng):
    """30,730 parameters, and others"""
    for n in (30_730, 3, int(rng.integers(10, 10**6))):
        result = student.notebook.loss_evaluations(n)
        forward, central = expect.items("the result", result, 2, of="numbers")
        expect.several(
            lambda n=n, got=forward: expect.number(f"forward for {n:,} parameters", got, n + 1, 0, 0),
            lambda n=n, got=central: expect.number(f"central for {n:,} parameters", got, n + n, 0, 0),
        )


def cubic_values(student, rng, name, goal):
    """A difference of x³ at random places and steps, which is known exactly."""
    f = student.function("lambda x: x * x * x")
    for _ in range(4):
        x, h = float(rng.uniform(-2, 2)), float(rng.uniform(0.1, 1))
        expect.number("the difference", getattr(student.notebook, name)(f, x, h), goal(x, h), 1e-7, 1e-9)


def single(student, name):
    """In float32 everything stays in float32."""
    got = getattr(student.notebook, name)(student.function("np.exp"), np.float32(1.0), np.float32(0.125))
    expect.true(
        isinstance(got, np.generic | np.ndarray) and got.dtype == np.float32,
        "should be float32 for x and h in float32.",
        what="the difference",
        hint="A number such as 2 changes nothing; an array of your own, or np.float64, does.",
    )


@check("calculus.forward_difference", weight=3, hint="One place is x itself.")
def forward_values(student, rng):
    """x³ at other places, other steps"""
    cubic_values(student, rng, "forward_difference", lambda x, h: 3 * x * x + 3 * x * h + h * h)


@check("calculus.forward_difference", side=True, weight=0.5)
def forward_single(student, rng):
    """float32 stays float32"""
    single(student, "forward_difference")


@check("calculus.central_difference", weight=3, hint="The two places are 2h apart.")
def central_values(student, rng):
    """x³ at other places, other steps"""
    cubic_values(student, rng, "central_difference", lambda x, h: 3 * x * x + h * h)


@check("calculus.central_difference", side=True, weight=0.5)
def central_single(student, rng):
    """float32 stays float32"""
    single(student, "central_difference")


@check("calculus.best_steps", weight=2, hint="Each where its curve is lowest. Which curve is which?")
def best_steps(student, rng):
    """Each step within a factor of about ten"""
    balanced = [eps**power for eps in (1.1e-16, 6e-8) for power in (1 / 2, 1 / 3)]
    names = ("forward, float64", "central, float64", "forward, float32", "central, float32")
    expect.several(
        *(
            lambda name=name, step=step, goal=goal: expect.true(
                goal / 12 <= float(step) <= goal * 12,
                "is not where its curve is lowest.",
                what=name,
                got=float(step),
            )
            for name, step, goal in zip(names, student.notebook.best_steps(), balanced, strict=True)
        )
    )
