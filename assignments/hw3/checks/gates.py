"""Checks of the scalar gates: worked numbers, and gradients against finite differences of their own forward."""

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect

TUPLE = "One gradient per input, in the order of the inputs. A tuple of one needs a comma: (dx,)."
LOCAL = "Downstream = local gradient x upstream. Derive the local gradient on paper, at these very inputs."
TWO = "What forward leaves for backward belongs on self, so that every gate has its own."


def returned(got):
    """What came back in place of a tuple."""
    if isinstance(got, tuple | list):
        return f"{len(got)} gradient{'s' * (len(got) != 1)}"
    if got is None:
        return "nothing"
    return "an array" if isinstance(got, np.ndarray) and got.ndim else "a single value"


def gradients(what, got, count):
    """What a backward returned, as a list; whether it is a tuple is a check of its own."""
    if count == 1 and not isinstance(got, tuple | list):
        return [got]
    if not isinstance(got, tuple | list) or len(got) != count:
        raise CheckFailed(
            Finding(what, f"returned {returned(got)}; expected a tuple of {count}.", hint=TUPLE)
        )
    return list(got)


def worked(name, gate, inputs, output, upstream, expected):
    """The output and the gradients of one gate at these inputs."""
    call = f"{name}({', '.join(f'{x:g}' for x in inputs)})"
    expect.number(f"the output of {call}", gate.forward(*inputs), output)
    got = gradients(f"{call}.backward", gate.backward(upstream), len(inputs))
    for label, one, goal in zip(("dx", "dy"), got, expected, strict=False):
        expect.number(f"{label} of {call}, upstream {upstream:g}", one, goal, hint=LOCAL)


def slopes(name, make, points, rng):
    """Gradients against finite differences of the gate's own forward, with random upstream gradients."""
    for inputs in points:
        gate, upstream = make(), float(rng.uniform(0.5, 3) * rng.choice([-1, 1]))
        gate.forward(*inputs)
        got = gradients(f"{name}.backward", gate.backward(upstream), len(inputs))
        for place, (label, one) in enumerate(zip(("dx", "dy"), got, strict=False)):

            def along(step, place=place, inputs=inputs):
                moved = [x + step * (i == place) for i, x in enumerate(inputs)]
                return float(make().forward(*moved))

            h = 1e-5
            goal = upstream * (along(h) - along(-h)) / (2 * h)
            at = ", ".join(f"{x:.4g}" for x in inputs)
            expect.number(f"{label} at ({at}), upstream {upstream:.4g}", one, goal, 1e-5, 1e-7, LOCAL)


def apart(make, first, second, output, expected):
    """Two gates of one kind in one graph: forward, forward, backward, backward."""
    one, two = make(), make()
    one.forward(*first)
    two.forward(*second)
    two.backward(1.0)
    got = gradients("the first gate's backward", one.backward(2.0), len(first))
    for label, value, goal in zip(("dx", "dy"), got, expected, strict=False):
        expect.number(f"{label} of the first of two gates", value, goal, hint=TWO)
    expect.number("the output of a gate used again", one.forward(*second), output)


def is_tuple(got, count):
    """A tuple with one entry per input."""
    expect.true(
        isinstance(got, tuple | list) and len(got) == count,
        f"returned {returned(got)}; expected a tuple of {count}.",
        what="backward",
        hint=TUPLE,
    )


@check("gates.Add", hint="An addition passes the upstream gradient on. To which inputs, and how large?")
def add_worked(student, rng):
    """(-2) + 5 with upstream -4, from f = (x + y) z of the lecture"""
    worked("Add", student.gates.Add(), (-2.0, 5.0), 3.0, -4.0, (-4.0, -4.0))
    worked("Add", student.gates.Add(), (2.0, 3.0), 5.0, 4.0, (4.0, 4.0))


@check("gates.Add", hint=LOCAL)
def add_slopes(student, rng):
    """Gradients against finite differences"""
    slopes("Add", student.gates.Add, rng.uniform(-3, 3, (4, 2)).tolist(), rng)


@check("gates.Multiply", hint="How much does the product change when x grows a little? That depends on y.")
def multiply_worked(student, rng):
    """The product in f = (x + y) z of the lecture, at two places"""
    worked("Multiply", student.gates.Multiply(), (3.0, -4.0), -12.0, 1.0, (-4.0, 3.0))
    worked("Multiply", student.gates.Multiply(), (5.0, 4.0), 20.0, 1.0, (4.0, 5.0))
    worked("Multiply", student.gates.Multiply(), (2.0, -1.0), -2.0, 0.25, (-0.25, 0.5))


@check("gates.Multiply", hint=LOCAL)
def multiply_slopes(student, rng):
    """Gradients against finite differences"""
    slopes("Multiply", student.gates.Multiply, rng.uniform(-3, 3, (4, 2)).tolist(), rng)


@check("gates.Multiply", weight=0.5, hint=TWO)
def multiply_apart(student, rng):
    """Two multiplications in one graph do not disturb each other"""
    apart(student.gates.Multiply, (2.0, 5.0), (-1.0, 7.0), -7.0, (10.0, 4.0))


@check("gates.Max", hint="Which input won in forward? Only that one can change the output.")
def max_worked(student, rng):
    """max(2, -1) with upstream 2, and the other way round"""
    worked("Max", student.gates.Max(), (2.0, -1.0), 2.0, 2.0, (2.0, 0.0))
    worked("Max", student.gates.Max(), (-3.0, -1.0), -1.0, 2.0, (0.0, 2.0))


@check("gates.Max", hint="At a tie one input gets the whole upstream gradient, the other one nothing.")
def max_ties(student, rng):
    """At a tie the gradients add up to the upstream gradient"""
    gate = student.gates.Max()
    expect.number("max(1.5, 1.5)", gate.forward(1.5, 1.5), 1.5)
    got = gradients("backward", gate.backward(3.0), 2)
    expect.number("dx + dy at a tie, upstream 3", sum(float(one) for one in got), 3.0)


@check("gates.Max", hint=LOCAL)
def max_slopes(student, rng):
    """Gradients against finite differences"""
    points = [(x, x + gap) for x, gap in zip(rng.uniform(-3, 3, 4), (1.0, -1.0, 0.3, -0.3), strict=True)]
    slopes("Max", student.gates.Max, [tuple(map(float, point)) for point in points], rng)


@check("gates.Negate", hint="When x grows, -x falls, and just as fast.")
def negate_worked(student, rng):
    """The minus in 1 / (1 + exp(-x)) of the lecture, at x = 1"""
    worked("Negate", student.gates.Negate(), (1.0,), -1.0, -0.25, (0.25,))


@check("gates.Negate", hint=LOCAL)
def negate_slopes(student, rng):
    """Gradients against finite differences"""
    slopes("Negate", student.gates.Negate, rng.uniform(-3, 3, (4, 1)).tolist(), rng)


@check("gates.Exp", hint="The exponential function is its own derivative. At which x?")
def exp_worked(student, rng):
    """exp(-1) = 0.368 with upstream -0.534, from the lecture: -0.197 goes on"""
    small, upstream = np.exp(-1.0), -1 / (1 + np.exp(-1.0)) ** 2
    worked("Exp", student.gates.Exp(), (-1.0,), small, upstream, (upstream * small,))
    worked("Exp", student.gates.Exp(), (0.0,), 1.0, 5.0, (5.0,))


@check("gates.Exp", hint=LOCAL)
def exp_slopes(student, rng):
    """Gradients against finite differences"""
    slopes("Exp", student.gates.Exp, rng.uniform(-2, 2, (4, 1)).tolist(), rng)


@check("gates.Inverse", hint="Write 1/x as a power of x. Does 1/x grow or fall when x grows?")
def inverse_worked(student, rng):
    """1 / 1.368 = 0.731 with upstream 1, from the lecture: -0.534 goes on; and 1 / (-2)"""
    x = 1 + np.exp(-1.0)
    worked("Inverse", student.gates.Inverse(), (float(x),), 1 / x, 1.0, (-1 / x**2,))
    worked("Inverse", student.gates.Inverse(), (-2.0,), -0.5, 4.0, (-1.0,))


@check("gates.Inverse", hint=LOCAL)
def inverse_slopes(student, rng):
    """Gradients against finite differences"""
    points = rng.uniform(0.5, 3, 4) * rng.choice([-1, 1], 4)
    slopes("Inverse", student.gates.Inverse, [(float(x),) for x in points], rng)


@check(
    "gates.AddConstant", hint="Which numbers does the gate get, and from where: forward or the constructor?"
)
def constant_worked(student, rng):
    """0.368 + 1 with upstream -0.534, from the lecture"""
    worked("AddConstant(1)", student.gates.AddConstant(1.0), (0.368,), 1.368, -0.534, (-0.534,))
    worked("AddConstant(-4)", student.gates.AddConstant(-4.0), (1.5,), -2.5, 3.0, (3.0,))


@check("gates.AddConstant", hint=LOCAL)
def constant_slopes(student, rng):
    """Gradients against finite differences"""
    for c in (2.5, -0.5):
        slopes(f"AddConstant({c})", lambda c=c: student.gates.AddConstant(c), [(1.0,), (-2.0,)], rng)


@check("gates.Sigmoid", hint="The derivative can be written with the output alone: look for it on the slide.")
def sigmoid_worked(student, rng):
    """The neuron of the lecture: input 1, output 0.731, and 0.197 goes on"""
    out = 1 / (1 + np.exp(-1.0))
    worked("Sigmoid", student.gates.Sigmoid(), (1.0,), out, 1.0, (np.exp(-1.0) * out**2,))
    worked("Sigmoid", student.gates.Sigmoid(), (0.0,), 0.5, 8.0, (2.0,))


@check("gates.Sigmoid", hint=LOCAL)
def sigmoid_slopes(student, rng):
    """Gradients against finite differences"""
    slopes("Sigmoid", student.gates.Sigmoid, rng.uniform(-4, 4, (5, 1)).tolist(), rng)


@check(
    "gates.Sigmoid", hint="Which argument does exp get at x = -1000? Two formulas, one for each sign of x."
)
def sigmoid_extremes(student, rng):
    """x = 1,000 and x = -1,000"""
    for x, out in ((1000.0, 1.0), (-1000.0, 0.0)):
        worked("Sigmoid", student.gates.Sigmoid(), (x,), out, 2.0, (0.0,))


@check("gates.Add", side=True, weight=0.1, hint=TUPLE)
def add_tuple(student, rng):
    """backward returns a tuple"""
    gate = student.gates.Add()
    gate.forward(1.0, 2.0)
    is_tuple(gate.backward(1.0), 2)


@check("gates.Negate", side=True, weight=0.1, hint=TUPLE)
def negate_tuple(student, rng):
    """backward returns a tuple, of one"""
    gate = student.gates.Negate()
    gate.forward(1.0)
    is_tuple(gate.backward(1.0), 1)


@check("gates.Exp", side=True, weight=0.1, hint=TUPLE)
def exp_tuple(student, rng):
    """backward returns a tuple, of one"""
    gate = student.gates.Exp()
    gate.forward(1.0)
    is_tuple(gate.backward(1.0), 1)


@check("gates.Inverse", side=True, weight=0.1, hint=TUPLE)
def inverse_tuple(student, rng):
    """backward returns a tuple, of one"""
    gate = student.gates.Inverse()
    gate.forward(2.0)
    is_tuple(gate.backward(1.0), 1)


@check("gates.AddConstant", side=True, weight=0.1, hint=TUPLE)
def constant_tuple(student, rng):
    """backward returns a tuple, of one"""
    gate = student.gates.AddConstant(1.0)
    gate.forward(1.0)
    is_tuple(gate.backward(1.0), 1)


@check("gates.Sigmoid", side=True, weight=0.1, hint=TUPLE)
def sigmoid_tuple(student, rng):
    """backward returns a tuple, of one"""
    gate = student.gates.Sigmoid()
    gate.forward(1.0)
    is_tuple(gate.backward(1.0), 1)
