"""Hidden checks of the scalar gates: derivatives from power series and difference-free formulas of their own."""

import math

from labkit.checks import CheckFailed, Finding, check, expect

LOCAL = "Downstream = local gradient x upstream. Is the local gradient the one at this gate's own inputs?"
TWO = "What forward leaves for backward belongs on self, so that every gate has its own."
DERIVED = "Write the derivative as a formula; a difference quotient is right in some digits only."
TABLE = {  # number of inputs, output, local gradients: by logarithms and hyperbolic functions
    "Add": (2, lambda x, y: math.fsum((x, y)), lambda x, y: (1.0, 1.0)),
    "Multiply": (2, lambda x, y: ((x + y) ** 2 - (x - y) ** 2) / 4, lambda x, y: (y, x)),
    "Max": (2, lambda x, y: sorted((x, y))[1], lambda x, y: (float(x > y), float(y > x))),
    "Negate": (1, lambda x: 0.0 - x, lambda x: (-1.0,)),
    "Exp": (1, lambda x: math.cosh(x) + math.sinh(x), lambda x: (math.cosh(x) + math.sinh(x),)),
    "Inverse": (1, lambda x: x / x**2, lambda x: (-1.0 / (x * x),)),
    "Sigmoid": (1, lambda x: (1 + math.tanh(x / 2)) / 2, lambda x: (math.cosh(x / 2) ** -2 / 4,)),
}


def back(gate, upstream, count):
    """The gradients as a list of numbers."""
    got = gate.backward(upstream)
    got = [got] if count == 1 and not isinstance(got, tuple | list) else got
    if not isinstance(got, tuple | list) or len(got) != count:
        raise CheckFailed(Finding("what backward returns", f"should be a tuple of {count}.", hint=LOCAL))
    return list(got)


def draw(name, rng):
    """Random inputs, small and large, of both signs, away from 0 and from ties."""
    sizes = rng.uniform(0.2, 4, TABLE[name][0]) * rng.choice([-1, 1], TABLE[name][0])
    return [float(x) for x in sizes]


def values(student, name, rng, rounds=12, rtol=1e-8):
    """Outputs and gradients at random inputs with random upstream gradients."""
    count, output, local = TABLE[name]
    gate = getattr(student.gates, name)()
    for turn in range(rounds):
        inputs, upstream = draw(name, rng), float(rng.normal() * 3)
        if turn % 3 == 0:
            gate = getattr(student.gates, name)()
        goal = output(*inputs)
        expect.number("the output", gate.forward(*inputs), goal, rtol, 1e-13)
        for label, one, slope in zip(("dx", "dy"), back(gate, upstream, count), local(*inputs), strict=False):
            expect.number(label, one, slope * upstream, rtol, 1e-13, LOCAL)


def separate(student, name, rng):
    """Three gates at once: all forwards first, then all backwards, each of them twice."""
    count, _, local = TABLE[name]
    gates = [(getattr(student.gates, name)(), draw(name, rng)) for _ in range(3)]
    for gate, inputs in gates:
        gate.forward(*inputs)
    for upstream in (1.0, -2.5):
        for gate, inputs in gates:
            for one, slope in zip(back(gate, upstream, count), local(*inputs), strict=True):
                expect.number("a gradient", one, slope * upstream, 1e-8, hint=TWO)


def exact(student, name, rng):
    """Whether a gradient that is right at all is right to twelve digits."""
    count, _, local = TABLE[name]
    gate, rough, fine = getattr(student.gates, name)(), True, True
    for _ in range(20):
        inputs, upstream = draw(name, rng), float(rng.uniform(1, 2))
        gate.forward(*inputs)
        for one, slope in zip(back(gate, upstream, count), local(*inputs), strict=True):
            error = abs(float(one) - slope * upstream)
            rough &= error <= 1e-5 + 1e-4 * abs(slope)
            fine &= error <= 1e-13 + 1e-12 * abs(slope)
    expect.true(fine or not rough, "is right in some digits only.", what="a gradient", hint=DERIVED)


@check("gates.Add", weight=1.5, hint=LOCAL)
def add_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Add", rng)


@check("gates.Multiply", weight=2, hint=LOCAL)
def multiply_values(student, rng):
    """Random inputs and upstream gradients, and zero as either input"""
    values(student, "Multiply", rng)
    for inputs, local in (((0.0, 3.0), (3.0, 0.0)), ((2.0, 0.0), (0.0, 2.0))):
        gate = student.gates.Multiply()
        expect.number("the output", gate.forward(*inputs), 0.0)
        for label, one, slope in zip(("dx", "dy"), back(gate, -1.5, 2), local, strict=True):
            expect.number(f"{label} at {inputs}", one, -1.5 * slope, hint=LOCAL)


@check("gates.Multiply", hint=TWO)
def multiply_separate(student, rng):
    """Several gates in one graph"""
    separate(student, "Multiply", rng)


@check("gates.Max", weight=2, hint=LOCAL)
def max_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Max", rng)


@check("gates.Max", weight=0.7, hint=TWO)
def max_separate(student, rng):
    """Several gates in one graph"""
    separate(student, "Max", rng)


@check("gates.Max", weight=1.5, hint="Which comparison decides at a tie? Only one branch may be taken.")
def max_equal(student, rng):
    """Ties, also at 0 and below"""
    for x in (-2.0, 0.0, 7.5):
        gate = student.gates.Max()
        expect.number("the output at a tie", gate.forward(x, x), x)
        upstream = float(rng.uniform(1, 2))
        dx, dy = (float(one) for one in back(gate, upstream, 2))
        expect.number("dx + dy at a tie", dx + dy, upstream)
        expect.true(min(dx, dy) >= 0, "are not both between 0 and the upstream gradient.", what="dx, dy")


@check("gates.Negate", weight=1.5, hint=LOCAL)
def negate_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Negate", rng)


@check("gates.Exp", weight=1.5, hint=LOCAL)
def exp_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Exp", rng)


@check("gates.Exp", weight=0.7, hint=TWO)
def exp_separate(student, rng):
    """Several gates in one graph"""
    separate(student, "Exp", rng)


@check("gates.Inverse", weight=2, hint=LOCAL)
def inverse_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Inverse", rng)


@check("gates.Inverse", weight=0.7, hint=TWO)
def inverse_separate(student, rng):
    """Several gates in one graph"""
    separate(student, "Inverse", rng)


@check("gates.AddConstant", weight=1.5, hint="The constant belongs to the gate. Has it a gradient?")
def constant_values(student, rng):
    """Random inputs, constants and upstream gradients"""
    for _ in range(6):
        c, x, upstream = (float(value) for value in 3 * rng.standard_normal(3))
        gate, other = student.gates.AddConstant(c), student.gates.AddConstant(c + 1)
        other.forward(x)
        expect.number("the output", gate.forward(x), c + x)
        expect.number("dx", back(gate, upstream, 1)[0], upstream, hint=LOCAL)


@check("gates.Sigmoid", weight=2, hint=LOCAL)
def sigmoid_values(student, rng):
    """Random inputs and upstream gradients"""
    values(student, "Sigmoid", rng)


@check("gates.Sigmoid", weight=0.7, hint=TWO)
def sigmoid_separate(student, rng):
    """Several gates in one graph"""
    separate(student, "Sigmoid", rng)


@check("gates.Sigmoid", weight=1.5, hint="What is the largest number that exp is asked for at this x?")
def sigmoid_far_out(student, rng):
    """x between -10,000 and 10,000, without a warning"""
    student.function("lambda: np.seterr(over='raise', invalid='raise')")()
    try:
        for x in (-1e4, -745.0, -40.0, 40.0, 710.0, 1e4):
            gate = student.gates.Sigmoid()
            expect.number("the output", gate.forward(x), float(x > 0), atol=1e-15)
            expect.number("dx", back(gate, 3.0, 1)[0], 0.0, atol=1e-14)
    finally:
        student.function("lambda: np.seterr(over='warn', invalid='warn')")()


@check("gates.Multiply", gate=True, side=True, weight=0.01, hint=DERIVED)
def multiply_exact(student, rng):
    """The gradient is derived, not measured"""
    exact(student, "Multiply", rng)


@check("gates.Exp", gate=True, side=True, weight=0.01, hint=DERIVED)
def exp_exact(student, rng):
    """The gradient is derived, not measured"""
    exact(student, "Exp", rng)


@check("gates.Inverse", gate=True, side=True, weight=0.01, hint=DERIVED)
def inverse_exact(student, rng):
    """The gradient is derived, not measured"""
    exact(student, "Inverse", rng)


@check("gates.Sigmoid", gate=True, side=True, weight=0.01, hint=DERIVED)
def sigmoid_exact(student, rng):
    """The gradient is derived, not measured"""
    exact(student, "Sigmoid", rng)
