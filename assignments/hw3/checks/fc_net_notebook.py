"""Checks of the functions that are written in fc_net.ipynb itself."""

import numpy as np

from labkit.checks import check, expect


@check("fc.parameters", hint="Draw two layers of two units each and count the arrows; then the biases.")
def count_small(student, rng):
    """Two inputs, two outputs: four weights and two biases"""
    expect.number("number_of_parameters([2, 2])", student.notebook.number_of_parameters([2, 2]), 6)


@check("fc.parameters", side=True, hint="Every layer has its own; they add up.")
def count_adds(student, rng):
    """A longer network has the parameters of its two parts"""
    count, sizes = (
        student.notebook.number_of_parameters,
        [int(n) for n in rng.choice(np.arange(2, 60), 5, False)],
    )
    parts = count(sizes[:3]) + count(sizes[2:])
    expect.number(f"number_of_parameters({sizes})", count(sizes), parts)


@check("fc.start", hint="Which probability does each class get when all scores are equal?")
def start_without_penalty(student, rng):
    """Two classes, no regularization: every answer is like tossing a coin"""
    loss = student.notebook.loss_at_start([30, 20, 2], 1e-3, 0.0)
    expect.number("loss_at_start([30, 20, 2], 0.001, 0)", np.exp(-loss), 0.5, rtol=1e-3)


@check("fc.start", side=True, hint="Which part of the loss does reg multiply?")
def start_penalty(student, rng):
    """Twice the regularization adds twice as much; so does four times the variance four times as much"""
    start, sizes = student.notebook.loss_at_start, [30, 20, 10]
    bare, one, two = (start(sizes, 0.02, reg) for reg in (0.0, 0.5, 1.0))
    wide = start(sizes, 0.04, 0.5)
    expect.number("the part of the loss that reg = 1 adds", two - bare, 2 * (one - bare))
    expect.number("the part that weight_scale = 0.04 adds", wide - bare, 4 * (one - bare))


@check("fc.overfit", weight=0.05, hint="The names are those of the function's docstring.")
def settings_given(student, rng):
    """Two positive numbers"""
    settings = student.notebook.overfit_settings()
    expect.true(
        isinstance(settings, dict), "should be a dictionary.", what="overfit_settings()", got=settings
    )
    for name in ("weight_scale", "learning_rate"):
        expect.true(name in settings, "is missing.", what=name, got=sorted(settings))
        value = settings[name]
        expect.number(name, value, value)
        expect.true(0 < float(value) < 100, "should be a positive number.", what=name, got=value)
