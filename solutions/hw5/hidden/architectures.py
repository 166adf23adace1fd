"""Hidden checks of architectures.ipynb: famous nets, counted weight by weight, and the residual block."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

SIZE = "Which formula gives the places of a window along one side? Depth: how many filters are there?"
WEIGHTS = "How many numbers does one filter see? Its depth is never in its name: it is that of what comes in."
PRODUCTS = "How many products does one output take, and how many outputs are there?"
DEFINITION = (
    "Let your own functions do the counting, or write the product down: the numbers are given in the text."
)
RESIDUAL = "out = ReLU(x + F(x)). Where do the two paths meet, forward and backward?"
SKIP = "With the skip, the gradient comes down on two paths, and they add. What does the ReLU stop?"
SHAPES = "architectures.output_shapes"
NEAR = 2e-3  # of the millions that a question asks for
CLOSER = {("fc_or_conv", 0): 1e-5, ("vgg", 1): 5e-5}  # here the biases are asked for, which are 3e-4 and 1e-4

LENET = [("input", 1, 32, 32), ("conv", 6, 5, 1, 0), ("pool", 2, 2), ("conv", 16, 5, 1, 0), ("pool", 2, 2)]
LENET += [("conv", 120, 5, 1, 0), ("fc", 84), ("fc", 10)]
ALEXNET = [
    ("input", 3, 227, 227),
    ("conv", 96, 11, 4, 0),
    ("pool", 3, 2),
    ("conv", 256, 5, 1, 2),
    ("pool", 3, 2),
]
ALEXNET += [("conv", 384, 3, 1, 1), ("conv", 384, 3, 1, 1), ("conv", 256, 3, 1, 1), ("pool", 3, 2)]
ALEXNET += [("fc", 4096), ("fc", 4096), ("fc", 1000)]
TALL = [("input", 2, 9, 5), ("conv", 3, 1, 2, 0), ("conv", 4, 3, 1, 2), ("pool", 1, 1), ("fc", 6), ("fc", 5)]
VGG = [("input", 3, 224, 224)]
for number, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
    VGG += [("conv", filters, 3, 1, 1)] * number + [("pool", 2, 2)]
VGG += [("fc", 4096), ("fc", 4096), ("fc", 1000)]
NETS = (LENET, ALEXNET, TALL, VGG)


def followed(layers):
    """Oracle: (shape, parameters, multiplications) of each layer."""
    rows, shape = [], ()
    for kind, *numbers in layers:
        parameters = products = 0
        if kind == "input":
            shape = tuple(numbers)
        elif kind == "fc":
            inputs = int(np.prod(shape))
            parameters, products, shape = (inputs + 1) * numbers[0], inputs * numbers[0], (numbers[0],)
        else:
            field, stride = numbers[-3:-1] if kind == "conv" else numbers
            pad = numbers[-1] if kind == "conv" else 0
            sides = [len(range(-pad, side + pad - field + 1, stride)) for side in shape[1:]]
            depth = numbers[0] if kind == "conv" else shape[0]
            if kind == "conv":
                weights = shape[0] * field * field * depth
                parameters, products = weights + depth, weights * sides[0] * sides[1]
            shape = (depth, *sides)
        rows.append((shape, parameters, products))
    return rows


@check(SHAPES, weight=3, hint=SIZE)
def famous_shapes(student, rng):
    """LeNet, AlexNet, VGG-16, and a net for pictures that are not square"""
    for layers in NETS:
        result = student.notebook.output_shapes(layers)
        expect.true(len(result) == len(layers), "should have one entry for each layer.", what="output_shapes")
        for place, (goal, _, _) in enumerate(followed(layers)):
            got = result[place]
            sizes = tuple(int(got[i]) for i in range(len(got)))
            expect.true(sizes == goal, "is not right.", what="a shape", expected=str(goal), got=str(sizes))


def counted(student, name, column):
    """The numbers of each layer of all nets."""
    for layers in NETS:
        result = getattr(student.notebook, name)(layers)
        expect.true(len(result) == len(layers), "should have one entry for each layer.", what=name)
        for place, row in enumerate(followed(layers)):
            expect.number(f"{name}: {layers[place][0]}", result[place], row[column])


@check("architectures.count_parameters", weight=3, after=SHAPES, hint=WEIGHTS)
def famous_parameters(student, rng):
    """LeNet, AlexNet, VGG-16, and a net for pictures that are not square"""
    counted(student, "count_parameters", 1)


@check("architectures.count_operations", weight=3, after=SHAPES, hint=PRODUCTS)
def famous_operations(student, rng):
    """LeNet, AlexNet, VGG-16, and a net for pictures that are not square"""
    counted(student, "count_operations", 2)


ANSWERS = {
    "fc_or_conv": {
        "parameters of the fully connected layer": 500 * (32 * 32 * 3 + 1),
        "outputs along one side": len(range(32 - 4 + 1)),
        "outputs": 29 * 29 * 4,
        "parameters of the filters": 4 * (4 * 4 * 3 + 1),
    },
    "lenet": {
        "parameters of C1": 6 * 26,
        "connections of C1": 6 * 26 * 28 * 28,
        "parameters of the pooling layer": 0,
        "parameters of C3": (5 * 5 * 6 + 1) * 16,
    },
    "alexnet": {"outputs along one side": 55, "parameters": 96 * (11 * 11 * 3 + 1)},
    "vgg": {
        "three 3 × 3 against one 7 × 7": 27 / 49,
        "parameters": sum(row[1] for row in followed(VGG)),
        "the largest layer's share": max(row[1] for row in followed(VGG))
        / sum(row[1] for row in followed(VGG)),
    },
    "inception": {
        "depth": 128 + 192 + 96 + 256,
        "multiplications": 784 * 256 * (128 + 9 * 192 + 25 * 96),
        "multiplications with bottlenecks": 784 * (256 * (128 + 3 * 64) + 64 * (9 * 192 + 25 * 96)),
        "the bottleneck before": 784 * (256 * 64 + 9 * 64 * 192),
        "the bottleneck after": 784 * (9 * 256 * 192 + 192 * 64),
    },
}
for question, numbers in ANSWERS.items():
    for place, (what, goal) in enumerate(numbers.items()):

        def answer(student, rng, question=question, numbers=numbers, place=place, what=what, goal=goal):
            result = expect.items(question, getattr(student.notebook, question)(), len(numbers), "numbers")
            near = CLOSER.get((question, place), NEAR)
            expect.number(what, result[place], goal, rtol=near if goal > 1e6 or goal < 1 else 1e-9, atol=1e-9)

        answer.__doc__ = what[0].upper() + what[1:]
        answer.__name__ = f"answer_{place + 1}"
        check(f"architectures.{question}", hint=DEFINITION)(answer)


def block(rng, N, D, hidden):
    """x, w1, b1, w2, b2."""
    shapes = (N, D), (hidden, D), (hidden,), (D, hidden), (D,)
    return [rng.standard_normal(shape) for shape in shapes]


def true_block(x, w1, b1, w2, b2):
    """Oracle: the output of a residual block."""
    inner = np.clip(np.einsum("nd,hd->nh", x, w1) + b1, 0, None)
    return np.clip(np.einsum("nh,dh->nd", inner, w2) + b2 + x, 0, None)


def own_block(student, arrays, upstream):
    """Output and gradients by the student's own layers; None where these do not run, or give no gradients."""
    layers, (x, w1, b1, w2, b2) = student.layers, arrays
    try:
        first = layers.affine_forward(x, w1, b1)
        inner = layers.relu_forward(first[0])
        second = layers.affine_forward(inner[0], w2, b2)
        last = layers.relu_forward(x + second[0])
        down = layers.relu_backward(upstream, last[1])
        top = layers.affine_backward(down, second[1])
        low = layers.affine_backward(layers.relu_backward(top[0], inner[1]), first[1])
        found = [np.asarray(last[0]), down + low[0], low[1], low[2], top[1], top[2]]
        return found if np.any(low[1]) and np.any(top[1]) else None
    except (StudentError, TypeError, ValueError, IndexError):
        return None


CARRIED = ("layers.affine_forward", "layers.affine_backward", "layers.relu_forward", "layers.relu_backward")
NAMES = ("out", "dx", "dw1", "db1", "dw2", "db2")


@check("architectures.residual", weight=3, after=CARRIED, hint=RESIDUAL)
def block_values(student, rng):
    """Output and gradients of other sizes"""
    for N, D, hidden in ((5, 4, 3), (1, 2, 6), (3, 6, 6)):
        for _ in range(20):  # where all units of a layer are off, no gradient passes
            arrays, upstream = block(rng, N, D, hidden), rng.standard_normal((N, D))
            own = own_block(student, arrays, upstream)
            if own is not None:
                break
        result = student.notebook.residual_forward(*arrays)
        back = student.notebook.residual_backward(upstream, result[1])
        got = [result[0], *(back[place] for place in range(5))]
        goals = [true_block(*arrays)]
        for place, value in enumerate(arrays):

            def loss(changed, place=place, arrays=arrays, upstream=upstream):
                return np.vdot(upstream, true_block(*arrays[:place], changed, *arrays[place + 1 :]))

            goals.append(numerical_gradient(loss, value))
        try:
            for name, one, goal in zip(NAMES, got, goals, strict=True):
                expect.close(name, one, goal, 1e-5, 1e-7, dtype="float")
        except CheckFailed:
            if own is None:
                raise
            for name, one, goal in zip(NAMES, got, own, strict=True):
                expect.close(name, one, goal, 1e-6, 1e-8, dtype="float")


@check("architectures.residual", side=True, weight=0.3, after=CARRIED)
def block_is_pure(student, rng):
    """The arguments and upstream stay as they were"""
    arrays, upstream = block(rng, 4, 3, 5), rng.standard_normal((4, 3))
    names = ("x", "w1", "b1", "w2", "b2")
    forward, backward = student.notebook.residual_forward, student.notebook.residual_backward
    result = expect.unchanged(
        student, lambda **given: forward(**given), **dict(zip(names, arrays, strict=True))
    )
    expect.unchanged(student, lambda upstream: backward(upstream, result[1]), upstream=upstream)


def arriving(weights, x, upstream, skip):
    """Oracle: the gradient's size at each layer's input, by one Jacobian for each example and layer."""
    squares = np.zeros(len(weights))
    for h, slope in zip(x, upstream, strict=True):
        jacobians = []
        for W in weights:
            z = W @ h
            jacobians.append(np.diag((z > 0).astype(float)) @ W + skip * np.eye(len(z)))
            h = np.clip(z, 0, None) + skip * h
        for layer in reversed(range(len(weights))):
            slope = slope @ jacobians[layer]
            squares[layer] += slope @ slope
    return np.sqrt(squares)


@check("architectures.gradient_norms", weight=3, hint=SKIP)
def norms_of_other_nets(student, rng):
    """Other depths and widths, by Jacobians"""
    for depth, width, N in ((3, 4, 2), (6, 3, 5), (1, 5, 1)):
        weights = [rng.standard_normal((width, width)) for _ in range(depth)]
        x, upstream = rng.standard_normal((N, width)), rng.standard_normal((N, width))
        for skip in (False, True):
            got = student.notebook.gradient_norms(weights, x, upstream, skip)
            expect.close(
                f"norms with skip={skip}", np.asarray(got, dtype=float), arriving(weights, x, upstream, skip)
            )
