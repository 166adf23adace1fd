"""Checks of the arithmetic in architectures.ipynb."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SIZE = "Which formula gives the places of a window along one side? Depth: how many filters are there?"
WEIGHTS = "How many numbers does one filter see? Its depth is never in its name: it is that of what comes in."
PRODUCTS = "How many products does one output take, and how many outputs are there?"
DEFINITION = (
    "Let your own functions do the counting, or write the product down: the numbers are given in the text."
)
SHAPES = "architectures.output_shapes"
SMALL = [("input", 3, 8, 6), ("conv", 5, 3, 1, 1), ("pool", 2, 2), ("conv", 4, 3, 1, 0), ("fc", 7), ("fc", 2)]


def listed(result, layers, what):
    """A list with one entry for each layer."""
    return expect.items(what, result, len(layers), of="entries, one for each layer")


def shapes_of(student, layers):
    """The shapes after each layer, as tuples of ints."""
    found = []
    for place, shape in enumerate(listed(student.notebook.output_shapes(layers), layers, "output_shapes")):
        try:
            sizes = tuple(int(shape[i]) for i in range(len(shape)))
        except (TypeError, ValueError):
            expect.true(
                False, "is not a tuple of whole numbers.", what=f"the shape after layer {place}", got=shape
            )
        found.append(sizes)
    return found


def same_shapes(student, layers, goals):
    """The shapes after each layer are these."""
    for layer, got, goal in zip(layers, shapes_of(student, layers), goals, strict=True):
        what = f"the shape after {layer}"
        expect.true(got == goal, "is not right.", expected=str(goal), got=str(got), what=what)


def same_counts(what, got, layers, goals):
    """The numbers of each layer are these."""
    for layer, number, goal in zip(layers, listed(got, layers, what), goals, strict=True):
        expect.number(f"{what} of {layer}", number, goal)


@check(SHAPES, weight=2, hint=SIZE)
def shapes_of_a_small_net(student, rng):
    """A small net on pictures of 8 × 6 pixels"""
    same_shapes(student, SMALL, [(3, 8, 6), (5, 8, 6), (5, 4, 3), (4, 2, 1), (7,), (2,)])


@check(SHAPES, weight=1, hint="What should happen where a window does not fit?")
def shapes_must_fit(student, rng):
    """A layer that does not fit raises a ValueError"""
    same_shapes(student, [("input", 3, 9, 9), ("pool", 3, 2)], [(3, 9, 9), (3, 4, 4)])
    for layers in (
        [("input", 3, 224, 224), ("conv", 96, 11, 4, 0)],
        [("input", 1, 5, 6), ("pool", 2, 2)],
        [("input", 1, 3, 3), ("conv", 2, 5, 1, 0)],
    ):
        expect.raises(
            "ValueError",
            lambda given=layers: student.notebook.output_shapes(given),
            f"{layers[1]} on {layers[0]}",
        )


@check("architectures.count_parameters", weight=2, after=SHAPES, hint=WEIGHTS)
def parameters_of_a_small_net(student, rng):
    """A small net: filters, pooling, and fully connected layers"""
    got = student.notebook.count_parameters(SMALL)
    same_counts("parameters", got, SMALL, [0, 140, 0, 184, 63, 16])


@check("architectures.count_operations", weight=2, after=SHAPES, hint=PRODUCTS)
def operations_of_a_small_net(student, rng):
    """The same net: multiplications, without those of nobody"""
    got = student.notebook.count_operations(SMALL)
    same_counts("multiplications", got, SMALL, [0, 6480, 0, 360, 56, 14])


def answers(student, name, count):
    """The numbers that a question's function returns."""
    return expect.items(name, getattr(student.notebook, name)(), count, "numbers")


@check("architectures.fc_or_conv", weight=0.4, hint=DEFINITION)
def fully_connected_is_larger(student, rng):
    """One output of a convolution takes 4·4·3 weights and a bias"""
    dense, side, outputs, filters = answers(student, "fc_or_conv", 4)
    expect.number("parameters of the filters, by four", float(filters) / 4, 4 * 4 * 3 + 1)
    expect.number("outputs, from their side", float(outputs), 4 * float(side) ** 2)
    expect.true(
        float(dense) > 1000 * float(filters), "are too few.", what="parameters of the fully connected layer"
    )


@check("architectures.lenet", weight=0.4, hint=WEIGHTS)
def maps_share_weights(student, rng):
    """Every connection of C1 uses one of its parameters, in all 28 × 28 places"""
    first, connections, _, _ = (float(number) for number in answers(student, "lenet", 4))
    expect.number("connections / parameters of C1", connections / first if first else 0.0, 784)


@check("architectures.alexnet", weight=0.4, hint=DEFINITION)
def whole_numbers(student, rng):
    """Both answers are whole numbers, and the weights divide into 96 filters"""
    side, parameters = (float(number) for number in answers(student, "alexnet", 2))
    expect.true(side == int(side), "is not whole.", what="outputs along one side", got=side)
    expect.number("parameters, rest after division by 96", parameters % 96 if parameters > 0 else -1, 0)


@check("architectures.vgg", weight=0.4, hint=DEFINITION)
def shares(student, rng):
    """The shares are between 0 and 1"""
    ratio, total, largest = (float(number) for number in answers(student, "vgg", 3))
    for name, share in (("three 3 × 3 against one 7 × 7", ratio), ("the largest layer's share", largest)):
        expect.true(0 < share < 1, "is not a share.", what=name, got=share)
    expect.true(1e8 < total < 2e8, "is not the number that the text promises.", what="parameters", got=total)


@check("architectures.inception", weight=0.4, hint=DEFINITION)
def bottlenecks_save(student, rng):
    """Bottlenecks save more than two thirds, and it matters where they are"""
    depth, plain, narrow, before, after = (float(number) for number in answers(student, "inception", 5))
    expect.true(depth > 500, "is too small: what do the four branches add up to?", what="depth", got=depth)
    expect.true(narrow < plain / 3, "are not a third.", what="multiplications with bottlenecks", got=narrow)
    expect.true(before < after / 3, "should cost much less.", what="the bottleneck before", got=before)


RESIDUAL = "out = ReLU(x + F(x)). Where do the two paths meet, forward and backward?"
CARRIED = ("layers.affine_forward", "layers.affine_backward", "layers.relu_forward", "layers.relu_backward")
SKIP = "With the skip, the gradient comes down on two paths, and they add. What does the ReLU stop?"


def block(rng, N=4, D=3, hidden=5):
    """x, w1, b1, w2, b2."""
    return (
        rng.standard_normal((N, D)),
        rng.standard_normal((hidden, D)),
        rng.standard_normal(hidden),
        rng.standard_normal((D, hidden)),
        rng.standard_normal(D),
    )


@check("architectures.residual", weight=1, after=CARRIED, hint=RESIDUAL)
def nothing_learned(student, rng):
    """With weights of zero, a block passes what is positive"""
    x, w1, b1, w2, b2 = block(rng)
    result = student.notebook.residual_forward(x, 0 * w1, 0 * b1, 0 * w2, 0 * b2)
    expect.close("out", result[0], np.maximum(x, 0))


def own_gradients(student, upstream, x, w1, b1, w2, b2):
    """The gradients that the student's own layers give; None where these do not run, or give none."""
    layers = student.layers
    try:
        first = layers.affine_forward(x, w1, b1)
        inner = layers.relu_forward(first[0])
        second = layers.affine_forward(inner[0], w2, b2)
        down = layers.relu_backward(upstream, layers.relu_forward(x + second[0])[1])
        top = layers.affine_backward(down, second[1])
        low = layers.affine_backward(layers.relu_backward(top[0], inner[1]), first[1])
        found = [down + low[0], low[1], low[2], top[1], top[2]]
        return found if np.any(low[1]) and np.any(top[1]) else None
    except (StudentError, TypeError, ValueError, IndexError):
        return None


@check("architectures.residual", weight=2, after=CARRIED, hint=RESIDUAL)
def block_gradients(student, rng):
    """All five gradients agree with finite differences"""
    names, arrays = ("x", "w1", "b1", "w2", "b2"), block(rng)
    functions = student.notebook.residual_forward, student.notebook.residual_backward
    try:
        expect.layer(*functions, rng, hint=RESIDUAL, **dict(zip(names, arrays, strict=True)))
    except CheckFailed:  # true to layers that have lost their points in homework 3
        upstream = rng.standard_normal(arrays[0].shape)
        goals = own_gradients(student, upstream, *arrays)
        if goals is None:
            raise
        back = functions[1](upstream, functions[0](*arrays)[1])
        for place, (name, goal) in enumerate(zip(names, goals, strict=True)):
            expect.close(f"d{name}", back[place], goal)


@check("architectures.gradient_norms", weight=1, hint=SKIP)
def norms_by_hand(student, rng):
    """Layers that halve everything: 1/8, 1/4, 1/2 without the skip, and 27/8, 9/4, 3/2 with it"""
    weights, x, upstream = [0.5 * np.eye(2)] * 3, np.ones((1, 2)), np.array([[0.6, 0.8]])
    for skip, goal in ((False, [0.125, 0.25, 0.5]), (True, [3.375, 2.25, 1.5])):
        got = np.asarray(student.notebook.gradient_norms(weights, x, upstream, skip), dtype=float)
        expect.close(f"norms with skip={skip}", got, np.array(goal))
