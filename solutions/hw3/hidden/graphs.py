"""Hidden checks of the first half of computational_graphs.ipynb: every formula once more, in another form."""

import math
from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

BACK = "Draw the graph, write the upstream gradient at every wire, and go from right to left."
ONLY_LOOK = "Only look at the arguments: work on copies."


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def neuron_truth(w0, x0, w1, x1, w2):
    """The neuron by hyperbolic functions, in one formula."""
    s = math.fsum((w0 * x0, w1 * x1, w2))
    slope = 0.25 / math.cosh(s / 2) ** 2
    return np.array([0.5 + 0.5 * math.tanh(s / 2), x0 * slope, w0 * slope, x1 * slope, w1 * slope, slope])


def own_neuron(student, numbers, fused):
    """The neuron made of the student's own gates, right or wrong; None where they cannot be used."""
    try:
        gates = student.gates
        products, sums = (gates.Multiply(), gates.Multiply()), (gates.Add(), gates.Add())
        chain = (
            [gates.Sigmoid()]
            if fused
            else [gates.Negate(), gates.Exp(), gates.AddConstant(1.0), gates.Inverse()]
        )
        left, right = products[0].forward(*numbers[:2]), products[1].forward(*numbers[2:4])
        value = sums[1].forward(sums[0].forward(left, right), numbers[4])
        for gate in chain:
            value = gate.forward(value)
        slope = 1.0
        for gate in chain[::-1]:
            (slope,) = gate.backward(slope)
        middle, bias = sums[1].backward(slope)
        left, right = sums[0].backward(middle)
        goal = np.array([value, *products[0].backward(left), *products[1].backward(right), bias], dtype=float)
    except (StudentError, TypeError, ValueError):
        return None
    return goal if goal.shape == (6,) and np.isfinite(goal).all() else None


GATES = (
    "gates.Multiply", "gates.Add", "gates.Negate", "gates.Exp", "gates.AddConstant", "gates.Inverse", "gates.Sigmoid",
)  # fmt: skip


def same_neuron(student, numbers, rtol):
    """f and the five gradients: those of the truth, or of the student's own gates."""
    f, slopes = student.notebook.neuron(*numbers)
    try:
        got = np.array([f, *slopes], dtype=float)
    except (TypeError, ValueError):
        expect.true(
            False, "should be f and a tuple of five numbers.", what="what neuron returns", got=(f, slopes)
        )
    own = (own_neuron(student, numbers, fused) for fused in (False, True))
    if any(one is not None and got.shape == (6,) and np.allclose(got, one, rtol, 1e-13) for one in own):
        return
    expect.close("f and the gradients of w0, x0, w1, x1, w2", got, neuron_truth(*numbers), rtol, 1e-13)


@check("graphs.neuron", weight=3, after=GATES, hint=BACK)
def random_neurons(student, rng):
    """Random weights and inputs"""
    for _ in range(6):
        same_neuron(student, tuple(float(v) for v in rng.uniform(-1.3, 1.3, 5)), 1e-6)


@check(
    "graphs.neuron",
    gate=True,
    side=True,
    weight=0.01,
    after=GATES,
    hint="Exact to the last digits: differences are not.",
)
def exact_neuron(student, rng):
    """The gradients are derived, not measured"""
    for _ in range(4):
        same_neuron(student, tuple(float(v) for v in rng.uniform(-1.1, 1.1, 5)), 3e-12)


def length_truth(W, x):
    """f, dW and dx by way of the matrix WᵀW and of single entries."""
    square = np.einsum("ki,kj->ij", W, W)
    return (
        np.einsum("i,ij,j", x, square, x),
        2 * np.einsum("kj,j,i->ki", W, x, x),
        2 * np.einsum("ij,j->i", square, x),
    )


@check("graphs.squared_length", weight=4, hint="dW has the shape of W, and entry (k, i) is 2 q_k x_i.")
def random_lengths(student, rng):
    """Random matrices, tall, wide and square"""
    for M, D in ((4, 7), (6, 2), (5, 5), (1, 3), (3, 1)):
        W, x = rng.standard_normal((M, D)), rng.standard_normal(D)
        got = student.notebook.squared_length(W, x)
        got = expect.items("what squared_length returns", got, 3)
        goals = length_truth(W, x)
        expect.several(
            *(
                lambda name=name, one=one, goal=goal: expect.close(name, one, goal)
                for name, one, goal in zip(("f", "dW", "dx"), got, goals, strict=True)
            )
        )


@check("graphs.squared_length", side=True, weight=0.5, hint=ONLY_LOOK)
def length_looks_only(student, rng):
    """The arguments stay as they are"""
    W, x = rng.standard_normal((3, 4)), rng.standard_normal(4)
    got = expect.unchanged(student, lambda W, x: student.notebook.squared_length(W, x), W=W, x=x)
    _, dW, dx = expect.items("what squared_length returns", got, 3)
    expect.array("dW", dW, (3, 4), "float")
    expect.array("dx", dx, (4,), "float")


ENGINE = (
    "autograd.backward", "autograd.arithmetic", "autograd.unbroadcast", "autograd.elementwise", "autograd.reductions",
    "autograd.pick",
)  # fmt: skip
SHIFTED = "(lambda t: {})(s - s.data.max(axis=1, keepdims=True))"
OWN = [
    "lambda s, y: " + SHIFTED.format(form)
    for form in (
        "(t.exp().sum(axis=1).log() - t.pick(y)).mean()",
        "(t.exp().sum(axis=1, keepdims=True).log() - t).pick(y).mean()",
        "-((t - t.exp().sum(axis=1, keepdims=True).log()).pick(y)).mean()",
        "(t.exp().sum(axis=1).log() - t.pick(y)).sum() / len(y)",
        "(t.exp().sum(axis=1).log() - t.pick(y)).sum() * (1 / len(y))",
        "t.exp().sum(axis=1).log().mean() - t.pick(y).mean()",
    )
]


def through(student, call, scores, labels):
    """Loss and gradient by the student's engine."""
    leaf = student.autograd.Tensor(scores, requires_grad=True)
    loss = call(leaf, labels)
    data = np.asarray(loss.data)
    loss.backward()
    return (data.reshape(()) if data.size == 1 else data), leaf.grad


def same_loss(student, scores, labels, rtol=1e-7):
    """Loss and gradient: those of the truth, or what the student's own engine makes of a right formula."""
    data, grad = through(student, student.notebook.cross_entropy, scores, labels)
    wide = scores.astype(float)
    log_sums = np.logaddexp.reduce(wide, axis=1)
    slopes = np.exp(wide - log_sums[:, None]) - (labels[:, None] == np.arange(scores.shape[1]))
    truth = np.mean(log_sums - np.take_along_axis(wide, labels[:, None], 1)[:, 0]), slopes / len(labels)

    def compare(goal):
        expect.true(grad is not None, "is None.", what="scores.grad", hint="Which step leaves the graph?")
        whole(
            lambda: expect.number("the loss", data, goal[0], rtol, 1e-9),
            lambda: expect.close("scores.grad", grad, goal[1], rtol, 1e-9),
        )

    try:
        return compare(truth)
    except CheckFailed as failure:
        for source in OWN:
            try:
                holder = student.autograd.Context()
                holder.call = student.function(source)
                value, slopes = through(student, holder.call, scores, labels)
                return compare((float(value), np.asarray(slopes, dtype=float)))
            except (StudentError, TypeError, ValueError, CheckFailed):
                continue
        raise failure from None


@check(
    "graphs.cross_entropy",
    weight=4,
    after=ENGINE,
    hint="A mean over N examples, a sum over C classes: which axis is which?",
)
def random_losses(student, rng):
    """Random scores, also for one example and for two classes"""
    for N, C in ((7, 4), (1, 3), (5, 2), (3, 3), (2, 9)):
        same_loss(student, 2 * rng.standard_normal((N, C)), rng.integers(0, C, N))


@check("graphs.cross_entropy", weight=2, after=ENGINE, hint="Is there a log of something that can become 0?")
def extreme_losses(student, rng):
    """Scores in the thousands, each example with others"""
    scores = rng.standard_normal((6, 4)) * 900 + rng.choice([-4000, 0, 4000], (6, 1))
    same_loss(student, scores, rng.integers(0, 4, 6), rtol=1e-6)


@check("graphs.cross_entropy", side=True, weight=0.5, after=ENGINE, hint=ONLY_LOOK)
def loss_looks_only(student, rng):
    """Scores and labels stay as they are"""
    scores, labels = rng.standard_normal((4, 3)), rng.integers(0, 3, 4)
    kept = student.keep(labels)
    leaf = student.autograd.Tensor(scores, requires_grad=True)
    loss = student.notebook.cross_entropy(leaf, kept)
    expect.true(np.asarray(loss.data).size == 1, "should be one number.", what="the loss")
    expect.true(np.array_equal(student.value(kept), labels), "were changed in place.", what="the labels")
    expect.true(np.array_equal(leaf.data, scores), "were changed in place.", what="the scores")


@check("graphs.multiplications", weight=4, hint="Shapes side by side, brackets, and a b c for each product.")
def counts(student, rng):
    """Random chains, and the one with 64,000 parameters"""

    def product(shapes, order):
        total, (rows, columns) = 0, shapes[0]
        for other in shapes[1:]:
            if order == "right to left":
                total += other[0] * other[1] * columns
                rows = other[0]
            else:
                total += rows * other[0] * other[1]
                columns = other[1]
        return total

    chains = [[64_000, 100, 100, 1], [1, 20, 30, 5000]]
    chains += [[int(n) for n in rng.integers(1, 90, K + 1)] for K in (2, 3, 4, 7)]
    for sizes in chains:
        shapes = [(m, n) for n, m in pairwise(sizes)]
        got = student.notebook.multiplications(list(sizes))
        got = expect.items("what multiplications returns", got, 2, of="numbers")
        expect.several(
            lambda got=got, s=shapes, n=sizes: expect.number(
                f"forward for {n}", got[0], product(s, "right to left"), 0, 0
            ),
            lambda got=got, s=shapes, n=sizes: expect.number(
                f"backward for {n}", got[1], product(s[::-1], "left to right"), 0, 0
            ),
        )


@check(
    "graphs.relu_memory",
    weight=2,
    hint="As many rows as outputs, as many columns as inputs, four bytes per entry.",
)
def memory(student, rng):
    """100 examples of 4,096 numbers, and random sizes"""
    for N, M in ((100, 4096), *((int(n), int(m)) for n, m in rng.integers(2, 500, (3, 2)))):
        got = student.notebook.relu_memory(N, M)
        jacobian, mask = expect.items("what relu_memory returns", got, 2, of="numbers")
        numbers = ("jacobian", jacobian, 4 * (N * M) ** 2), ("mask", mask, N * M)
        expect.several(
            *(
                lambda name=f"{name} for {N} × {M}", got=got, goal=goal: expect.number(
                    name, got, goal, 1e-12, 0
                )
                for name, got, goal in numbers
            )
        )
