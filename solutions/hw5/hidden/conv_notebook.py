"""Hidden checks of the functions that are written in conv_layers.ipynb."""

import numpy as np

from labkit.checks import check, expect

FILTERS = "Write each as a grid of nine numbers. What does the middle one do, and what its eight neighbours?"
FIELD = "Go back from one output: how many outputs of the layer below does it see, and how far apart are their centres?"
NUMBERS = "How many places does a filter have in one picture, and how many numbers does it see at each?"


@check("conv_layers.hand_filters", weight=2, hint=FILTERS)
def random_picture(student, rng):
    """What the three filters make of a picture"""
    found = student.notebook.hand_filters()
    expect.true(not isinstance(found, list | tuple), "should be an array, not a list.", what="filters")
    filters = expect.array("filters", found, (3, 3, 3)).astype(float)
    picture = rng.uniform(0, 255, (6, 5))
    for i in range(4):
        for j in range(3):
            around = picture[i : i + 3, j : j + 3]
            goals = (around.mean(), around[:, 2].sum() - around[:, 0].sum(), 2 * around[1, 1] - around.mean())
            got = [float(np.vdot(one, around)) for one in filters]
            expect.close("blurred, edges and sharpened", np.array(got), np.array(goals), atol=1e-4)


@check("conv_layers.receptive_field", weight=3, hint=FIELD)
def reached_pixels(student, rng):
    """Other stacks of layers, by following one output down to all pixels that it can see"""
    for _ in range(12):
        layers = [tuple(int(n) for n in rng.integers(1, (6, 4))) for _ in range(int(rng.integers(1, 6)))]
        reached = {0}
        for field, stride in reversed(layers):
            reached = {stride * place + offset for place in reached for offset in range(field)}
        got = student.notebook.receptive_field([list(layer) for layer in layers])
        expect.number("receptive field", got, max(reached) - min(reached) + 1)


@check("conv_layers.memory", weight=2, hint=NUMBERS)
def other_matrices(student, rng):
    """Other sizes, strides and pads"""
    for shape, field, stride, pad in (
        ((3, 5, 7, 9), 3, 2, 0),
        ((100, 3, 32, 32), 5, 1, 2),
        ((1, 4, 6, 6), 2, 2, 0),
    ):
        result = student.notebook.memory(shape, field, stride, pad)
        places = np.prod([len(range(0, size + 2 * pad - field + 1, stride)) for size in shape[2:]])
        expect.number("bytes of the pictures", float(result[0]), np.zeros(shape, np.float32).nbytes)
        expect.number("bytes of the windows", float(result[1]), 4 * shape[0] * shape[1] * field**2 * places)
