"""Checks of the functions that are written in conv_layers.ipynb itself."""

import numpy as np

from labkit.checks import check, expect

FILTERS = "Write each as a grid of nine numbers. What does the middle one do, and what its eight neighbours?"
FIELD = "Go back from one output: how many outputs of the layer below does it see, and how far apart are their centres?"
NUMBERS = "How many places does a filter have in one picture, and how many numbers does it see at each?"


def grids(student):
    """The three filters."""
    found = student.notebook.hand_filters()
    expect.true(not isinstance(found, list | tuple), "should be an array, not a list.", what="filters")
    return expect.array("filters", found, (3, 3, 3)).astype(float)


def seen(filters, picture):
    """What the filters make of the nine pixels around a place, for all places inside."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3))
    return np.einsum("fkl,ijkl->fij", filters, windows)


@check("conv_layers.hand_filters", hint=FILTERS)
def flat_picture(student, rng):
    """On a picture of one grey value: blurred and sharpened it stays, and there is no edge"""
    got = seen(grids(student), np.full((4, 5), 80.0))
    for place, (name, goal) in enumerate((("blurred", 80.0), ("edges", 0.0), ("sharpened", 80.0))):
        expect.close(name, got[place], np.full((2, 3), goal), atol=1e-6)


@check("conv_layers.hand_filters", hint=FILTERS)
def one_step(student, rng):
    """On a step from 0 to 90: edges are where the step is, and only for a step to the right"""
    step = np.repeat([[0.0, 0.0, 0.0, 90.0, 90.0, 90.0]], 5, axis=0)
    filters = grids(student)
    expect.close("blurred", seen(filters, step)[0][0], np.array([0.0, 30.0, 60.0, 90.0]), atol=1e-6)
    expect.close("edges", seen(filters, step)[1][0], np.array([0.0, 270.0, 270.0, 0.0]), atol=1e-6)
    expect.close("sharpened", seen(filters, step)[2][0], np.array([0.0, -30.0, 120.0, 90.0]), atol=1e-6)
    expect.close("edges of a step downwards", seen(filters, step.T)[1], np.zeros((4, 3)), atol=1e-6)


@check("conv_layers.receptive_field", hint=FIELD)
def lecture_fields(student, rng):
    """3 × 3 filters, one, two and three layers: 3, 5 and 7 pixels"""
    for count, goal in ((1, 3), (2, 5), (3, 7)):
        expect.number(f"{count} layers", student.notebook.receptive_field([(3, 1)] * count), goal)
    expect.number("no layer", student.notebook.receptive_field([]), 1)


@check("conv_layers.receptive_field", weight=2, hint=FIELD)
def fields_with_strides(student, rng):
    """With strides: pooling of 2 × 2, and filters after it"""
    for layers, goal in (
        ([(2, 2)], 2),
        ([(3, 1), (2, 2)], 4),
        ([(3, 1), (2, 2), (3, 1)], 8),
        ([(2, 2), (2, 2), (2, 2)], 8),
        ([(5, 3), (1, 2), (4, 1)], 23),
    ):
        expect.number(f"layers {layers}", student.notebook.receptive_field(layers), goal)


@check("conv_layers.memory", hint=NUMBERS)
def small_matrix(student, rng):
    """Ten pictures of 4 × 6 pixels in float32: their own bytes, and those of all windows of 3 × 3"""
    result = student.notebook.memory((10, 2, 4, 6), 3, 1, 1)
    pictures, windows = (float(result[place]) for place in (0, 1))
    expect.number("bytes of the pictures", pictures, 1920)
    expect.number("bytes of the windows", windows, 17280)
