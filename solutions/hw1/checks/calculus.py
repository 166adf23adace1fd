"""Checks of the gradients in matrix_calculus.ipynb: against finite differences of the function itself, at several sizes."""

import numpy as np

from labkit.checks import check, expect


def gradients(student, name, sizes, draw, functions, rng):
    """Each gradient of a function of several arrays, for each size.

    Args:
        name: of the student's function, which takes the arrays that `draw` makes.
        draw: maps a size to a dictionary of arrays.
        functions: name of a variable -> the function itself, of all arrays. The order is that of the gradients.
    """
    for size in sizes:
        arrays = draw(size)
        got = getattr(student.notebook, name)(*arrays.values())
        count = len(functions)
        several = [got] if count == 1 else expect.items(f"what {name} returns", got, count, of="arrays")

        def one(variable, f, slope, arrays=arrays):
            expect.gradient(
                f"d{variable}",
                lambda value: f(**{**arrays, variable: value}),
                arrays[variable],
                slope,
                rng=rng,
            )

        expect.several(
            *(
                lambda variable=variable, f=f, slope=slope: one(variable, f, slope)
                for (variable, f), slope in zip(functions.items(), several, strict=True)
            )
        )


@check("calculus.linear", hint="∂/∂xₖ of Σ θᵢxᵢ: which terms contain xₖ?")
def linear_slopes(student, rng):
    """Against finite differences: n = 1, 2 and 5"""
    gradients(
        student,
        "gradient_of_linear",
        (1, 2, 5),
        lambda n: {"theta": rng.standard_normal(n), "x": rng.standard_normal(n)},
        {"x": lambda theta, x: np.sum(theta * x)},
        rng,
    )


@check("calculus.quadratic", hint="With n = 1, xᵀAx is a x².")
def quadratic_slopes_of_numbers(student, rng):
    """n = 1: the derivative of a x²"""
    got = student.notebook.gradient_of_quadratic(np.array([[3.0]]), np.array([5.0]))
    expect.close("the gradient", got, [30.0])


@check(
    "calculus.quadratic",
    weight=3,
    hint="Differentiate the double sum by one xₖ: it stands there in two places.",
)
def quadratic_slopes(student, rng):
    """Against finite differences: n = 2 and 5, A not symmetric"""
    gradients(
        student,
        "gradient_of_quadratic",
        (2, 5),
        lambda n: {"A": rng.standard_normal((n, n)), "x": rng.standard_normal(n)},
        {"x": lambda A, x: x @ A @ x},
        rng,
    )


@check("calculus.quadratic_linear", hint="The gradient of a sum is the sum of the gradients.")
def quadratic_linear_slopes(student, rng):
    """Against finite differences: n = 1, 2 and 5"""
    gradients(
        student,
        "gradient_of_quadratic_and_linear",
        (1, 2, 5),
        lambda n: {
            "A": rng.standard_normal((n, n)),
            "b": rng.standard_normal(n),
            "x": rng.standard_normal(n),
        },
        {"x": lambda A, b, x: x @ A @ x + b @ x},
        rng,
    )


@check("calculus.bilinear", weight=2, hint="∂f/∂Aᵢⱼ: which single term of the double sum contains Aᵢⱼ?")
def bilinear_slopes(student, rng):
    """Against finite differences: sizes (1, 1), (2, 3) and (4, 2)"""

    def value(x, A, y):
        return x @ A @ y

    gradients(
        student,
        "gradients_of_bilinear",
        ((1, 1), (2, 3), (4, 2)),
        lambda size: {
            "x": rng.standard_normal(size[0]),
            "A": rng.standard_normal(size),
            "y": rng.standard_normal(size[1]),
        },
        {"x": value, "A": value, "y": value},
        rng,
    )


def two_matrices(rng):
    """Draws A and B of one size."""
    return lambda size: {"A": rng.standard_normal(size), "B": rng.standard_normal(size)}


@check("calculus.trace", hint="tr(AB) = Σᵢⱼ Aᵢⱼ Bⱼᵢ.")
def trace_slopes(student, rng):
    """Against finite differences: sizes (1, 1), (2, 3) and (4, 2)"""
    gradients(
        student,
        "gradient_of_trace",
        ((1, 1), (2, 3), (4, 2)),
        lambda size: {"A": rng.standard_normal(size), "B": rng.standard_normal(size[::-1])},
        {"A": lambda A, B: np.trace(A @ B)},
        rng,
    )


@check("calculus.traces", hint="With numbers, f = ba + ab + a²b.")
def traces_of_numbers(student, rng):
    """n = 1: the derivative of ba + ab + a²b"""
    got = student.notebook.gradient_of_traces(np.array([[3.0]]), np.array([[5.0]]))
    expect.close("the gradient", got, [[40.0]])


@check(
    "calculus.traces",
    weight=3,
    hint="One term at a time; in A²B hold one A still, then the other, and add. tr(M) = tr(Mᵀ), and products rotate.",
)
def traces_slopes(student, rng):
    """Against finite differences: n = 2 and 4"""
    gradients(
        student,
        "gradient_of_traces",
        ((2, 2), (4, 4)),
        two_matrices(rng),
        {"A": lambda A, B: np.trace(B @ A + A.T @ B + A @ A @ B)},
        rng,
    )


@check("calculus.frobenius", hint="A sum of squares, one for each entry: differentiate one of them.")
def frobenius_slopes(student, rng):
    """Against finite differences: sizes (1, 1), (2, 3) and (4, 2)"""
    gradients(
        student,
        "gradient_of_frobenius",
        ((1, 1), (2, 3), (4, 2)),
        lambda size: {**two_matrices(rng)(size), "lam": 0.7},
        {"A": lambda A, B, lam: np.sum((A + lam * B) ** 2)},
        rng,
    )


def layer(rng):
    """Draws W, X and Y of sizes (N, D, M)."""

    def draw(size):
        N, D, M = size
        return {
            "W": rng.standard_normal((M, D)),
            "X": rng.standard_normal((N, D)),
            "Y": rng.standard_normal((N, M)),
        }

    return draw


def squares(W, X, Y):
    """½ Σ ‖y − Wx‖², example by example."""
    return sum(0.5 * np.sum((y - W @ x) ** 2) for x, y in zip(X, Y, strict=True))


@check(
    "calculus.least_squares",
    weight=2,
    hint="For one example it is an outer product, and its shape is (M, D).",
)
def least_squares_slopes(student, rng):
    """Against finite differences: one example, and (N, D, M) = (6, 3, 2) and (5, 2, 4)"""
    gradients(
        student,
        "gradient_of_least_squares",
        ((1, 3, 2), (6, 3, 2), (5, 2, 4)),
        layer(rng),
        {"W": squares},
        rng,
    )


@check("calculus.best_weights", hint="With exact data, the best W is the one that made them.")
def exact_weights(student, rng):
    """Data without noise: the W that made them"""
    W, X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]), rng.standard_normal((7, 2))
    expect.close("W", student.notebook.best_weights(X, X @ W.T), W)


@check("calculus.best_weights", hint="The gradient at the best W is zero: which equation is that?")
def no_better_weights(student, rng):
    """Noisy data: no W nearby is better"""
    X, Y = rng.standard_normal((9, 3)), rng.standard_normal((9, 2))
    W = expect.array("W", student.notebook.best_weights(X, Y), (2, 3), "float")
    for _ in range(20):
        nearby = W + 1e-3 * rng.standard_normal(W.shape)
        expect.true(
            squares(W, X, Y) < squares(nearby, X, Y),
            "is not the best: one nearby has a smaller loss.",
            what="W",
        )


@check("calculus.wiggle", hint="The true change, minus the predicted one; how far from each other are they?")
def wiggled_square(student, rng):
    """f = ‖x‖²: the error is exactly ‖Δx‖²"""
    f = student.function("lambda x: x @ x")
    x, dx = np.array([1.0, 2.0]), np.array([0.3, -0.4])
    expect.number("the error", student.notebook.wiggle_error(f, 2 * x, x, dx), 0.25)


@check("calculus.wiggle", weight=2.5, hint="A distance is never negative.")
def wiggled_downwards(student, rng):
    """f = −‖x‖²: not negative either"""
    f = student.function("lambda x: -(x @ x)")
    x, dx = np.array([1.0, 2.0]), np.array([0.3, -0.4])
    expect.number("the error", student.notebook.wiggle_error(f, -2 * x, x, dx), 0.25)


@check(
    "calculus.loss_evaluations",
    weight=0.2,
    hint="With one parameter there are two places at which to look, for both rules.",
)
def one_parameter(student, rng):
    """One parameter: two losses, whichever rule"""
    forward, central = expect.items("the result", student.notebook.loss_evaluations(1), 2, of="numbers")
    expect.number("forward", forward, 2)
    expect.number("central", central, 2)


@check("calculus.forward_difference", hint="f(3) = 9 and f(3.5) = 12.25.")
def forward_by_hand(student, rng):
    """x² at 3 with a step of ½"""
    got = student.notebook.forward_difference(student.function("lambda x: x * x"), 3.0, 0.5)
    expect.number("the difference", got, 6.5)


@check(
    "calculus.central_difference", hint="f(2.5) = 6.25 and f(3.5) = 12.25: how far apart are the two places?"
)
def central_by_hand(student, rng):
    """x² at 3 with a step of ½"""
    got = student.notebook.central_difference(student.function("lambda x: x * x"), 3.0, 0.5)
    expect.number("the difference", got, 6.0)


@check("calculus.best_steps", weight=0.1, hint="Four steps, each where its curve is lowest.")
def four_steps(student, rng):
    """Four positive steps, those of float32 larger"""
    steps = expect.items("best_steps()", student.notebook.best_steps(), 4, of="numbers")
    for place, step in enumerate(steps, 1):
        expect.number(f"step {place}", step, step)
    numbers = [float(step) for step in steps]
    expect.true(
        all(0 < step < 1 for step in numbers), "should be between 0 and 1.", what="the steps", got=numbers
    )
    expect.true(
        numbers[0] < numbers[2] and numbers[1] < numbers[3], "should be larger.", what="the steps of float32"
    )
