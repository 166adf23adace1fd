"""Hidden checks of the functions of char_rnn.ipynb."""

import math

import numpy as np

from labkit.checks import check, expect


@check("recurrence.states", weight=2, hint="Row t is the t-th power of A times s0.")
def powers(student, rng):
    """Several sizes and numbers of steps, against powers of the matrix"""
    for n, steps in ((2, 5), (3, 1), (4, 8), (1, 3)):
        A, s0 = rng.standard_normal((n, n)), rng.standard_normal(n)
        goal = np.stack([np.linalg.matrix_power(A, t) @ s0 for t in range(steps + 1)])
        expect.close("states", student.notebook.states(A, s0, steps), goal)


@check("recurrence.states", weight=0.4, side=True)
def start_stays(student, rng):
    """A and s0 stay as they are"""
    A, s0 = rng.standard_normal((3, 3)), rng.standard_normal(3)
    call = student.notebook.states
    got = expect.unchanged(student, lambda A, s0: call(A, s0, 4), A=A, s0=s0)
    expect.array("states", got, (5, 3), "float")


@check(
    "recurrence.gradient_at_start",
    weight=2,
    hint="(Aᵗ)ᵀ times what comes in: mind the transpose, and the number of factors.",
)
def powers_back(student, rng):
    """Several sizes and numbers of steps"""
    for n, steps in ((2, 5), (3, 1), (4, 7), (1, 2)):
        A, upstream = rng.standard_normal((n, n)), rng.standard_normal(n)
        goal = upstream @ np.linalg.matrix_power(A, steps)
        call = student.notebook.gradient_at_start
        got = expect.unchanged(
            student, lambda A, upstream, c=call, s=steps: c(A, upstream, s), A=A, upstream=upstream
        )
        expect.close("gradient", got, goal)


@check(
    "recurrence.half_life",
    weight=2,
    hint="log ½ / log radius, and its counterpart above 1; both are positive.",
)
def lives(student, rng):
    """Radii below and above 1"""
    for radius in (0.9, 0.99, 0.05, 1.1, 1.01, 30.0, 0.9998, 1.001):
        goal = abs(math.log(2) / math.log(radius))
        expect.number(f"steps at radius {radius}", student.notebook.half_life(radius), goal)


@check(
    "recurrence.half_life",
    weight=0.5,
    side=True,
    hint="A factor of 1 never halves anything: how many steps is never?",
)
def for_ever(student, rng):
    """At radius 1 it takes for ever"""
    got = student.notebook.half_life(1.0)
    expect.number("steps at radius 1", got, math.inf)


@check(
    "recurrence.hello_floor",
    hint="After h, after e and after each l: how sure can a model be that sees nothing else?",
)
def floor(student, rng):
    """The smallest loss without memory"""
    expect.number(
        "hello_floor()", student.notebook.hello_floor(), (0 + 0 + math.log(2) + math.log(2)) / 4, 2e-3
    )
