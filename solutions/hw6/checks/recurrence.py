"""Checks of the functions that are written in char_rnn.ipynb itself."""

import numpy as np

from labkit.checks import check, expect

AGAIN = "Each state is A times the one before it; the first row is s0 itself."
BACK = "The chain rule reads from the last state to the first: one matrix for each step. Which one, and is it transposed?"
HALF = "After t steps what is left is radius ** t. For which t is that a half (or two)?"


@check("recurrence.states", hint=AGAIN)
def states_by_hand(student, rng):
    """A quarter turn that halves, from a start of whole numbers"""
    got = student.notebook.states(np.array([[0.0, -0.5], [0.5, 0.0]]), np.array([8, 4]), 3)
    expect.close("states", got, [[8, 4], [-2, 4], [-2, -1], [0.5, -1]])


@check("recurrence.states", weight=0.3, side=True, hint=AGAIN)
def no_step(student, rng):
    """No step at all leaves the start"""
    s0 = rng.standard_normal(3)
    expect.close("states", student.notebook.states(np.ones((3, 3)), s0, 0), s0[None])


@check("recurrence.gradient_at_start", weight=1, hint=BACK)
def gradient_measured(student, rng):
    """Agrees with finite differences of the last state, for a matrix that is not symmetric"""
    A, s0, upstream = rng.standard_normal((3, 3)) / 2, rng.standard_normal(3), rng.standard_normal(3)

    def last(s):
        for _ in range(4):
            s = A @ s
        return upstream @ s

    expect.gradient(
        "gradient", last, s0, student.notebook.gradient_at_start(A, upstream, 4), hint=BACK, rng=rng
    )


@check("recurrence.gradient_at_start", weight=0.3, side=True, hint=BACK)
def gradient_of_nothing(student, rng):
    """Over no steps the gradient is what came in"""
    upstream = rng.standard_normal(2)
    expect.close("gradient", student.notebook.gradient_at_start(np.ones((2, 2)), upstream, 0), upstream)


@check("recurrence.half_life", hint=HALF)
def half_of_a_half(student, rng):
    """Radius ½ halves in one step, radius 2 doubles in one, radius ¼ takes half a step"""
    for radius, steps in ((0.5, 1.0), (2.0, 1.0), (0.25, 0.5)):
        expect.number(f"steps at radius {radius}", student.notebook.half_life(radius), steps)


@check("recurrence.half_life", weight=0.5, hint=HALF)
def half_is_half(student, rng):
    """After so many steps the factor is ½ or 2"""
    for radius in rng.uniform([0.6, 1.02], [0.98, 1.5]):
        steps = student.notebook.half_life(float(radius))
        expect.number("steps", steps, steps)
        goal = 0.5 if radius < 1 else 2.0
        expect.number("radius ** steps", radius ** float(steps), goal)


@check(
    "recurrence.hello_floor",
    weight=0.2,
    hint="For each of the four letters that are read: what can be known about the next one?",
)
def floor_plausible(student, rng):
    """A mean of four losses, between none and guessing among four letters"""
    floor = student.notebook.hello_floor()
    expect.number("hello_floor()", floor, floor)
    expect.true(
        0 < float(floor) < np.log(4), "should be above 0 and below log 4.", what="hello_floor()", got=floor
    )
