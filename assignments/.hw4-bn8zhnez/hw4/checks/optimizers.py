"""Checks of the functions that are written in optimizers.ipynb itself."""

import numpy as np

from labkit.checks import check, expect

FIRST = "Steps are counted from 0. How often has the rate been multiplied before this step?"
HALF = "A cosine runs from 1 to −1. What makes it run from 1 to 0, and over T steps?"
COUNT = "How long is w before the first step, and after it? Which config does the second step get?"
PLAIN = "lambda w, dw, config=None: (w - config['learning_rate'] * dw, config)"


@check("optimizers.step_schedule", hint=FIRST)
def steps_of_ten(student, rng):
    """Rate 0.8, halved after every 10 steps: at steps 0, 9, 10, 19, 20 and 35"""
    rates = [student.notebook.step_schedule(step, 0.8, 10, 0.5) for step in (0, 9, 10, 19, 20, 35)]
    for step, rate, goal in zip((0, 9, 10, 19, 20, 35), rates, (0.8, 0.8, 0.4, 0.4, 0.2, 0.1), strict=True):
        expect.number(f"the rate of step {step}", rate, goal)


@check("optimizers.cosine_schedule", hint=HALF)
def cosine_at_three_places(student, rng):
    """The whole rate at the start, half of it halfway, nothing at the end and after it"""
    schedule = student.notebook.cosine_schedule
    for step, goal in ((0, 0.6), (40, 0.3), (80, 0.0), (81, 0.0), (95, 0.0)):
        expect.number(f"the rate of step {step} of 80", schedule(step, 0.6, 80), goal, atol=1e-9)


@check("optimizers.cosine_schedule", side=True, hint=HALF)
def cosine_is_fastest_in_the_middle(student, rng):
    """It falls slowly at first, fastest halfway, and slowly at the end"""
    rates = np.array([float(student.notebook.cosine_schedule(step, 1.0, 30)) for step in range(31)])
    falls = -np.diff(rates)
    expect.true(bool(np.all(falls > 0)), "should fall in every step.", what="the rate")
    expect.true(
        int(np.argmax(falls)) in (14, 15) and bool(np.all(np.diff(falls)[:14] > 0)),
        "does not fall faster and faster until halfway.",
        what="the rate",
    )


@check(
    "optimizers.best_rate",
    hint="For the best rate the two extreme factors are equally large, with opposite signs.",
)
def no_better_rate(student, rng):
    """A rate a little longer or shorter is worse, and the factor is that of the slowest coordinate"""
    for smallest, largest in ((1.0, 3.0), (0.2, 50.0)):
        rate, factor = (float(number) for number in student.notebook.best_rate(smallest, largest))

        def slowest(step, curvatures=(smallest, largest)):
            return max(abs(1 - step * curvature) for curvature in curvatures)

        expect.true(0 < rate < 2 / smallest, "is not a rate that arrives.", what="rate", got=rate)
        for other in (0.98, 1.02):
            expect.true(
                slowest(rate) < slowest(other * rate),
                f"is not the best: with {other} of it the slowest coordinate shrinks faster.",
                what="rate",
                got=rate,
            )
        expect.number("factor", factor, slowest(rate), rtol=1e-3)


@check(
    "optimizers.best_rate",
    weight=0.3,
    side=True,
    hint="What is left after one step, when all curvatures are the same?",
)
def round_bowl(student, rng):
    """In a round bowl a single step arrives"""
    rate, factor = student.notebook.best_rate(4.0, 4.0)
    expect.number("rate", rate, 0.25)
    expect.number("factor", factor, 0.0)


@check("optimizers.steps_to", hint=COUNT)
def halving(student, rng):
    """A rule that halves w needs 10 steps to a thousandth, and 20 to a millionth"""
    rule = student.function(PLAIN)
    for tolerance, goal in ((1e-3, 10), (1e-6, 20)):
        got = student.notebook.steps_to(rule, {"learning_rate": 0.5}, np.ones(3), tolerance)
        expect.number(f"steps to {tolerance:g}", got, goal)


@check("optimizers.steps_to", side=True, hint="What is returned after `limit` steps that have not arrived?")
def gives_up(student, rng):
    """A rule that does not arrive, or runs away, stops at the limit"""
    rule = student.function(PLAIN)
    for rate in (0.0, 2.0):
        got = student.notebook.steps_to(rule, {"learning_rate": rate}, np.array([1.0, 1.0]), 1e-6, 50)
        expect.number(f"steps at rate {rate:g}, at most 50", got, 50)


@check("optimizers.newton_step", hint="Solve H d = −g for d, and go from w to w + d.")
def newton_lands(student, rng):
    """On a quadratic it lands on the minimum"""
    A, lowest = rng.standard_normal((4, 3)), rng.standard_normal(3)
    H, w = A.T @ A + np.eye(3), rng.standard_normal(3)
    got = student.notebook.newton_step(w, H @ (w - lowest), H)
    expect.close("next point", got, lowest, rtol=1e-6, atol=1e-8)


@check(
    "optimizers.memory",
    hint="How many numbers are there in each of the two, and how many bytes in MiB and TiB?",
)
def whole_units(student, rng):
    """2 to the power of 18 parameters: 1 MiB and a quarter TiB"""
    gradient, hessian = student.notebook.memory(2**18)
    expect.number("gradient", gradient, 1.0)
    expect.number("hessian", hessian, 0.25)
