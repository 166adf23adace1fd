"""Checks of the autograd engine: worked numbers, properties, and gradients against finite differences.

The walk through the graph is tested with operations that the checks bring along, and every operation by itself,
so that a mistake in one place is not counted in another.
"""

import numpy as np

from labkit.checks import CheckFailed, Finding, StudentError, check, expect

OPERATION = (
    "lambda Function: type('{}', (Function,), {{'forward': staticmethod({}), 'backward': staticmethod({})}})"
)
PRODUCT = OPERATION.format(
    "Product",
    "lambda ctx, a, b: (ctx.save(a, b), a * b)[1]",
    "lambda ctx, up: (up * ctx.saved[1], up * ctx.saved[0])",
)
PLUS = OPERATION.format("Plus", "lambda ctx, a, b: a + b", "lambda ctx, up: (up, up)")
SCALE = OPERATION.format(
    "Scale",
    "lambda ctx, a, by=1.0, plus=0.0: (ctx.save(by), by * a + plus)[1]",
    "lambda ctx, up: (up * ctx.saved[0],)",
)
AVERAGE = OPERATION.format(
    "Average",
    "lambda ctx, a: (ctx.save(a), a.mean())[1]",
    "lambda ctx, up: (np.full_like(ctx.saved[0], up / ctx.saved[0].size),)",
)
COUNTING = (
    "lambda Function, calls: type('Counting', (Function,), {'forward': staticmethod(lambda ctx, a, b: a + b), "
    "'backward': staticmethod(lambda ctx, up: (setattr(calls, 'number', calls.number + 1), (up, up))[1])})"
)
REPEAT = "lambda apply, x, n: __import__('functools').reduce(lambda t, _: apply(t, by=1.0), range(n), x)"
DOUBLE = "lambda apply, x, n: __import__('functools').reduce(lambda t, _: apply(t, t), range(n), x)"

ADD_UP = "A tensor that is used twice hears from both uses: what happens to the first gradient at the second?"
ORDER = "An operation may go back only when every use of its result has sent its gradient. Print the order."
DEEP = "A list that you push to and pop from can replace a function that calls itself."
ONCE = "How often is each operation's backward called? In a graph of n operations, n times."
AGAIN = "What travels through the graph in the second call: only this call's gradients, or also the old ones?"
MULTIPLY_UP = "Every entry: local gradient times upstream. Which inputs does the local gradient need?"


def beside(student, source):
    """A function that lives on the student's side and can be called with the student's own objects."""
    holder = student.autograd.Context()
    holder.call = student.function(source)
    return holder.call


def without_raising_the_limit(student, call):
    """A call during which nobody can raise Python's limit of calls inside one another, as it is by default."""
    limit = student.function("lambda: __import__('sys').getrecursionlimit()")()
    set_to = student.function("lambda limit: __import__('sys').setrecursionlimit(limit)")
    patched = "lambda call: __import__('unittest.mock').mock.patch('sys.setrecursionlimit', lambda limit: None)(call)()"
    set_to(1000)
    try:
        return beside(student, patched)(call)
    finally:
        set_to(limit)


def operation(student, source):
    """A `Function` of the check's own; returns its `apply`."""
    return beside(student, source)(student.autograd.Function).apply


def leaf(student, data, requires_grad=True):
    """A tensor that requires a gradient."""
    return student.autograd.Tensor(np.array(data, dtype=float), requires_grad=requires_grad)


def grad(what, tensor, expected, hint=None):
    """The `.grad` of a tensor."""
    got = tensor.grad
    expect.true(got is not None, "is None: no gradient has arrived there.", what=what, hint=hint)
    expect.close(what, got, np.asarray(expected, dtype=float), hint=hint)


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


@check("autograd.backward", weight=1, hint=ADD_UP)
def lecture(student, rng):
    """The lecture's graph: a = x + 2, b = 3 a a, c = mean(b): dc/dx is 4.5"""
    product, scale, average = (operation(student, source) for source in (PRODUCT, SCALE, AVERAGE))
    x = leaf(student, np.ones((2, 2)))
    a = scale(x, plus=2.0)
    b = scale(product(a, a), by=3.0)
    c = average(b)
    expect.number("c", c.data, 27.0)
    c.backward()
    whole(
        lambda: grad("x.grad", x, np.full((2, 2), 4.5), ADD_UP),
        lambda: grad("a.grad", a, np.full((2, 2), 4.5), ADD_UP),
        lambda: grad("b.grad", b, np.full((2, 2), 0.25)),
        lambda: grad("c.grad", c, 1.0),
    )


@check("autograd.backward", weight=1.5, hint=ADD_UP)
def diamonds(student, rng):
    """A tensor that is used twice: a a, and two paths that meet again"""
    product, scale, plus = (operation(student, source) for source in (PRODUCT, SCALE, PLUS))
    x = leaf(student, 3.0)
    product(x, x).backward()
    grad("the gradient of x x at 3", x, 6.0, ADD_UP)
    y = leaf(student, [1.0, 2.0])
    joined = plus(scale(y, by=2.0), scale(y, by=5.0))
    joined.backward(np.array([1.0, 10.0]))
    grad("the gradient of 2 y + 5 y, upstream [1, 10]", y, [7.0, 70.0], ADD_UP)


@check("autograd.backward", weight=3, hint=ORDER)
def late_arrivals(student, rng):
    """A short and a long path from one tensor: the long one counts too, in either order"""
    product, scale, plus = (operation(student, source) for source in (PRODUCT, SCALE, PLUS))

    def total(swap):
        x = leaf(student, 2.0)
        a = product(x, x)
        long = scale(scale(scale(a, by=2.0), by=3.0), by=5.0)
        result = plus(a, long) if swap else plus(long, a)
        result.backward()
        grad("the gradient of a + 30 a with a = x x, at x = 2", x, 124.0, ORDER)
        grad("the gradient at a", a, 31.0, ORDER)

    whole(lambda: total(False), lambda: total(True))
    x = leaf(student, 1.0)  # made early, used last; made late, used first
    early = scale(x, by=2.0)
    late = scale(x, by=7.0)
    product(product(late, early), late).backward()
    grad("the gradient of (7 x)(2 x)(7 x) at x = 1", x, 294.0, ORDER)


@check("autograd.backward", weight=2, hint=DEEP)
def deep(student, rng):
    """A chain of 5,000 operations"""
    x = leaf(student, 2.0)
    top = beside(student, REPEAT)(operation(student, SCALE), x, 5000)
    without_raising_the_limit(student, top.backward)
    grad("the gradient through 5,000 operations", x, 1.0, DEEP)


@check("autograd.backward", weight=1, hint=ONCE)
def many_paths(student, rng):
    """x + x, 16 times in a row: 16 operations, but 65,536 paths"""
    calls = student.autograd.Context()
    calls.number = 0
    x = leaf(student, 1.0)
    top = beside(student, DOUBLE)(beside(student, COUNTING)(student.autograd.Function, calls).apply, x, 16)
    top.backward()
    grad("the gradient", x, 2.0**16, ONCE)
    expect.number("calls of the operations' backward", calls.number, 16, hint=ONCE)


@check("autograd.backward", weight=2.5, hint=AGAIN)
def twice(student, rng):
    """Two calls of backward give twice the gradient; zero_grad forgets it"""
    product, scale = operation(student, PRODUCT), operation(student, SCALE)
    x = leaf(student, [1.0, -2.0])
    top = scale(product(scale(x, by=2.0), x), by=3.0)  # 6 x x
    for times in (1, 2, 3):
        top.backward(np.ones(2))
        grad(f"the gradient of 6 x x after {times} calls", x, times * np.array([12.0, -24.0]), AGAIN)
    x.zero_grad()
    expect.true(forgotten(x), "should be None again.", what="x.grad after zero_grad")
    product(x, x).backward(np.ones(2))
    grad("the gradient of x x after zero_grad", x, [2.0, -4.0], "What does zero_grad leave behind?")


def forgotten(tensor):
    """No gradient, or one of zeros."""
    got = tensor.grad
    return got is None or (isinstance(got, np.ndarray | np.generic | float) and not np.any(got))


@check("autograd.backward", weight=1, hint="Which of an operation's inputs have requires_grad?")
def constants(student, rng):
    """Only tensors that require a gradient get one, and the gradient handed to backward counts"""
    product, plus = operation(student, PRODUCT), operation(student, PLUS)
    x, constant = leaf(student, [2.0, 3.0]), leaf(student, [5.0, 7.0], requires_grad=False)
    other = leaf(student, [1.0, 1.0], requires_grad=False)
    shift = plus(constant, other)
    plus(product(x, constant), shift).backward(np.array([1.0, -2.0]))
    grad("x.grad", x, [5.0, -14.0])
    for name, tensor in (("a constant", constant), ("a result of constants", shift)):
        expect.true(tensor.grad is None, "should stay None.", what=f"the gradient of {name}")


@check(
    "autograd.backward", side=True, weight=0.5, hint="The lines before your region see to it: leave them in."
)
def refusals(student, rng):
    """backward of several numbers without a gradient, or with one of another shape, is a ValueError"""
    x = leaf(student, [1.0, 2.0])
    top = operation(student, SCALE)(x, by=2.0)
    expect.raises("ValueError", lambda: top.backward(), "backward() of two numbers")
    expect.raises(
        "ValueError", lambda: top.backward(np.ones(3)), "backward() of two numbers with three gradients"
    )


SUMMED = "Which axes did NumPy put in front, and which of length 1 did it repeat? Sum over both kinds."


@check("autograd.unbroadcast", weight=1, hint=SUMMED)
def leading_axes(student, rng):
    """Leading axes: (2, 3) to (3,) and to ()"""
    unbroadcast = student.autograd.unbroadcast
    gradient = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    whole(
        lambda: expect.close(
            "unbroadcast to (3,)", unbroadcast(gradient, (3,)), np.array([11.0, 22.0, 33.0])
        ),
        lambda: expect.number("unbroadcast to ()", unbroadcast(gradient, ()), 66.0),
        lambda: expect.close("unbroadcast to its own shape", unbroadcast(gradient, (2, 3)), gradient),
    )


@check("autograd.unbroadcast", weight=1, hint=SUMMED)
def lengths_of_one(student, rng):
    """Axes of length 1: (2, 3) to (2, 1) and to (1, 3)"""
    unbroadcast = student.autograd.unbroadcast
    gradient = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    whole(
        lambda: expect.close("unbroadcast to (2, 1)", unbroadcast(gradient, (2, 1)), [[6.0], [60.0]]),
        lambda: expect.close("unbroadcast to (1, 3)", unbroadcast(gradient, (1, 3)), [[11.0, 22.0, 33.0]]),
        lambda: expect.close("unbroadcast to (1, 1)", unbroadcast(gradient, (1, 1)), [[66.0]]),
    )


@check("autograd.unbroadcast", weight=1, hint=SUMMED)
def gradient_of_broadcasting(student, rng):
    """It is the gradient of np.broadcast_to, against finite differences"""
    for shape, larger in (((3, 1), (2, 3, 4)), ((1, 4), (5, 2, 4)), ((4,), (1, 4)), ((1,), (3, 2))):
        x, upstream = rng.standard_normal(shape), rng.standard_normal(larger)
        got = student.autograd.unbroadcast(upstream, shape)
        expect.gradient(
            f"unbroadcast from {larger} to {shape}",
            lambda v, larger=larger: np.broadcast_to(v, larger),
            x,
            got,
            upstream=upstream,
            hint=SUMMED,
        )


def result_of(student, name, arrays, options):
    """The result of an operation's forward, with the context for its backward."""
    ctx = student.autograd.Context()
    return getattr(student.autograd, name).forward(ctx, *arrays, **options), ctx


def gradients_of(student, name, ctx, upstream, count):
    """What an operation's backward returns, as a list with one entry per input."""
    got = getattr(student.autograd, name).backward(ctx, upstream)
    got = [got] if count == 1 and isinstance(got, np.ndarray | np.generic | float) else got
    if not isinstance(got, tuple | list) or len(got) != count:
        found = f"{len(got)} gradients" if isinstance(got, tuple | list) else "a single value"
        found = "an array" if isinstance(got, np.ndarray) and got.ndim else found
        problem = f"returned {found}; expected a tuple with {count}."
        raise CheckFailed(Finding(f"{name}.backward", problem, hint="One entry per input, as in Add."))
    return list(got)


def verify(student, rng, name, reference, *arrays, what="", **options):
    """An operation's values, and its gradients against finite differences of its own forward."""
    out, ctx = result_of(student, name, arrays, options)
    title = f"{name}{f' ({what})' if what else ''}"
    expect.close(f"{title}.forward", out, reference(*arrays))
    upstream = rng.standard_normal(np.shape(out))
    got = gradients_of(student, name, ctx, upstream, len(arrays))
    differences = []
    for place, (label, x, one) in enumerate(zip(("da", "db"), arrays, got, strict=False)):

        def along(v, place=place):
            return result_of(student, name, [*arrays[:place], v, *arrays[place + 1 :]], options)[0]

        differences.append(
            lambda label=label, x=x, one=one, along=along: expect.gradient(
                f"{label} of {title}", along, x, one, upstream=upstream, rng=rng, hint=MULTIPLY_UP
            )
        )
    whole(*differences)
    what, hint = f"{name}.backward", "A graph may be walked again: what does backward leave in ctx?"
    try:
        again = gradients_of(student, name, ctx, upstream, len(arrays))
    except StudentError as error:
        if error.kind != "exception":
            raise
        raise CheckFailed(Finding(f"{what}, called again with the same ctx", f"{error}", hint=hint)) from None
    for one, other in zip(got, again, strict=True):
        expect.close(f"{what}, called again with the same ctx", np.asarray(other), np.asarray(one), hint=hint)


def positive(rng, *shape):
    """Numbers between 0.5 and 2."""
    return rng.uniform(0.5, 2, shape)


@check("autograd.arithmetic", hint="d(a - b)/db: does the result grow with b?")
def subtract(student, rng):
    """Subtract and Negate, equal shapes"""
    a, b = rng.standard_normal((2, 2, 3))
    verify(student, rng, "Subtract", np.subtract, a, b)
    verify(student, rng, "Negate", np.negative, a)


@check("autograd.arithmetic", hint=MULTIPLY_UP)
def multiply(student, rng):
    """Multiply, equal shapes"""
    verify(student, rng, "Multiply", np.multiply, *rng.standard_normal((2, 2, 3)))


@check(
    "autograd.arithmetic",
    hint="Write a / b as a times the inverse of b: what does the quotient do when b grows?",
)
def divide(student, rng):
    """Divide, equal shapes"""
    verify(student, rng, "Divide", np.divide, rng.standard_normal((2, 3)), positive(rng, 2, 3))


@check("autograd.arithmetic", hint="The power rule: a factor in front, and which exponent?")
def power(student, rng):
    """Power: squares, cubes, roots and inverses"""
    for exponent in (2.0, 3.0, 0.5, -1.0):
        a = positive(rng, 4)
        verify(
            student,
            rng,
            "Power",
            lambda a, p=exponent: a**p,
            a,
            what=f"exponent {exponent:g}",
            exponent=exponent,
        )


def broadcast(student, rng, name, reference, shapes=((2, 3), (3,), (2, 1), ())):
    """Operands of different shapes; gradients as exact as the student's own unbroadcast is."""
    for one in shapes:
        for other in shapes:
            a, b = positive(rng, *one), positive(rng, *other)
            out, ctx = result_of(student, name, (a, b), {})
            expect.close(f"{name}.forward, {one} and {other}", out, reference(a, b))
            got = gradients_of(student, name, ctx, np.ones(np.shape(out)), 2)
            for label, found, x in zip(("da", "db"), got, (a, b), strict=True):
                expect.array(f"{label} of {name}, {one} and {other}", np.asarray(found), x.shape)


@check(
    "autograd.arithmetic",
    after="autograd.unbroadcast",
    hint="Each gradient gets its own operand's shape. Which function of yours does that?",
)
def broadcasting(student, rng):
    """Operands of different shapes: every gradient has its operand's shape"""
    try:
        ready = all(
            np.shape(student.autograd.unbroadcast(np.ones((2, 3)), shape)) == shape
            for shape in ((3,), (2, 1), (), (2, 3))
        )
    except StudentError:
        ready = False
    shapes = ((2, 3), (3,), (2, 1), ()) if ready else ((2, 3),)
    for name, reference in (("Subtract", np.subtract), ("Multiply", np.multiply), ("Divide", np.divide)):
        broadcast(student, rng, name, reference, shapes)


@check(
    "autograd.arithmetic",
    weight=0.5,
    hint="The operators were written for you: which Function do they apply?",
)
def operators(student, rng):
    """The operators - * / ** compute what they say, with numbers and arrays on either side"""
    t, array = leaf(student, [1.0, 2.0, 4.0]), np.array([3.0, 5.0, 7.0])
    values = np.array([1.0, 2.0, 4.0])
    for source in ("2 - {}", "{} - 2", "-{}", "3 * {}", "{} * 3", "{} / 4", "4 / {}", "{} ** 2", "{} ** -1"):
        got = beside(student, f"lambda t: {source.format('t')}")(t).data
        expect.close(source.format("t"), got, eval(source.format("values"), {"values": values}))
    for source in ("t * array", "array * t", "array - t", "t / array"):
        got = beside(student, f"lambda t, array: {source}")(t, array).data
        expect.close(source, got, eval(source, {"t": values, "array": array}))


@check("autograd.matmul", weight=1, hint="Which product of upstream and the other matrix has the shape of a?")
def matmul_worked(student, rng):
    """W x with W = [[0.1, 0.5], [-0.3, 0.8]], x = [0.2, 0.4], f = sum of squares, from the lecture"""
    W, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([[0.2], [0.4]])
    q, ctx = result_of(student, "MatMul", (W, x), {})
    expect.close("W x", q, np.array([[0.22], [0.26]]))
    dW, dx = gradients_of(student, "MatMul", ctx, 2 * np.array([[0.22], [0.26]]), 2)
    whole(
        lambda: expect.close("the gradient at W", dW, np.array([[0.088, 0.176], [0.104, 0.208]])),
        lambda: expect.close("the gradient at x", dx, np.array([[-0.112], [0.636]])),
    )


@check(
    "autograd.matmul",
    weight=1,
    hint="Write the three shapes down: only one order and one transpose fits each gradient.",
)
def matmul_slopes(student, rng):
    """Gradients against finite differences, (4, 3) times (3, 2) and square matrices"""
    verify(student, rng, "MatMul", np.matmul, rng.standard_normal((4, 3)), rng.standard_normal((3, 2)))
    verify(student, rng, "MatMul", np.matmul, *rng.standard_normal((2, 3, 3)), what="square")


@check("autograd.elementwise", hint="Exp is its own derivative: which of input and result has to be saved?")
def exp(student, rng):
    """Exp"""
    verify(student, rng, "Exp", np.exp, rng.standard_normal((2, 3)))


@check("autograd.elementwise", hint="The derivative of log a, at a: not at the result.")
def log(student, rng):
    """Log"""
    verify(student, rng, "Log", np.log, positive(rng, 2, 3))


@check("autograd.elementwise", hint="Where did the input lie above 0? The sign of upstream has no say in it.")
def relu(student, rng):
    """ReLU"""
    a = rng.uniform(0.2, 2, (3, 4)) * np.where(np.arange(12).reshape(3, 4) % 2, -1, 1)
    verify(student, rng, "ReLU", lambda a: np.where(a > 0, a, 0), a)


@check("autograd.elementwise", hint="The derivative of the sigmoid can be written with its result alone.")
def sigmoid(student, rng):
    """Sigmoid"""
    verify(student, rng, "Sigmoid", lambda a: 1 / (1 + np.exp(-a)), 2 * rng.standard_normal((2, 5)))


@check(
    "autograd.elementwise",
    weight=0.5,
    hint="What does exp get at -1000? An exponent that is never positive is safe.",
)
def sigmoid_extremes(student, rng):
    """Sigmoid at 1,000 and -1,000, without an overflow"""
    calm = beside(student, "lambda call, *args: np.errstate(over='raise', invalid='raise')(call)(*args)")
    ctx = student.autograd.Context()
    a = np.array([1000.0, -1000.0, 0.0])
    expect.close("Sigmoid.forward", calm(student.autograd.Sigmoid.forward, ctx, a), np.array([1.0, 0.0, 0.5]))
    (da,) = gradients_of(student, "Sigmoid", ctx, np.array([2.0, 2.0, 2.0]), 1)
    expect.close("da of Sigmoid", da, np.array([0.0, 0.0, 0.5]))


@check("autograd.elementwise", hint="The derivative of tanh can be written with its result alone.")
def tanh(student, rng):
    """Tanh"""
    verify(student, rng, "Tanh", np.tanh, rng.standard_normal((2, 3)))


AXES = (None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2))
SPREAD = "Every entry that went into a sum hears the same upstream entry: which one, when the axis is gone?"


@check("autograd.reductions", hint=SPREAD)
def sums(student, rng):
    """Sum over all entries, one axis, several, negative ones, with and without keepdims"""
    reduced(student, rng, "Sum", np.sum)


@check(
    "autograd.reductions", hint="A mean is a sum divided by something: by how many entries, over these axes?"
)
def means(student, rng):
    """Mean over all entries, one axis, several, negative ones, with and without keepdims"""
    reduced(student, rng, "Mean", np.mean)


def reduced(student, rng, name, reference):
    """Every axis with and without keepdims, each counting for itself."""

    def one(axis, keepdims):
        verify(
            student,
            rng,
            name,
            lambda a: reference(a, axis=axis, keepdims=keepdims),
            rng.standard_normal((2, 3, 4)),
            what=f"axis={axis}, keepdims={keepdims}",
            axis=axis,
            keepdims=keepdims,
        )

    expect.several(
        *(lambda axis=axis, keep=keep: attempt(one, axis, keep) for axis in AXES for keep in (False, True))
    )


def attempt(call, *args):
    """An exception counts as one expectation that does not hold."""
    try:
        call(*args)
    except StudentError as error:
        if error.kind != "exception":
            raise
        raise CheckFailed(Finding(f"axis={args[0]}, keepdims={args[1]}", f"{error}")) from None


@check("autograd.shapes", hint="Which shape did the input have? The entries keep their order.")
def reshape(student, rng):
    """Reshape"""
    a = rng.standard_normal((2, 3, 4))
    for shape in ((6, 4), (24,), (4, -1)):
        verify(
            student,
            rng,
            "Reshape",
            lambda a, shape=shape: a.reshape(shape),
            a,
            what=f"to {shape}",
            shape=shape,
        )


@check(
    "autograd.shapes",
    hint="Which order of axes undoes this one? With three axes it is not always the same again.",
)
def transpose(student, rng):
    """Transpose, also of three axes"""
    verify(student, rng, "Transpose", np.transpose, rng.standard_normal((2, 3)), what="(1, 0)", axes=(1, 0))
    for axes in ((0, 2, 1), (1, 2, 0), (2, 0, 1)):
        a = rng.standard_normal((2, 3, 4))
        verify(
            student, rng, "Transpose", lambda a, axes=axes: a.transpose(axes), a, what=f"{axes}", axes=axes
        )


@check("autograd.pick", hint="Which entries of the input had a part in the result? All others get 0.")
def pick_worked(student, rng):
    """Labels 2, 0, 2 of a (3, 4) array"""
    a, labels = np.arange(12.0).reshape(3, 4), np.array([2, 0, 2])
    out, ctx = result_of(student, "Pick", (a,), {"labels": labels})
    expect.close("Pick.forward", out, np.array([2.0, 4.0, 10.0]))
    (da,) = gradients_of(student, "Pick", ctx, np.array([1.0, 10.0, 100.0]), 1)
    goal = np.array([[0, 0, 1, 0], [10, 0, 0, 0], [0, 0, 100, 0]], dtype=float)
    expect.close("da of Pick", da, goal)


@check("autograd.pick", hint="Which entries of the input had a part in the result? All others get 0.")
def pick_slopes(student, rng):
    """Gradients against finite differences"""
    labels = rng.integers(0, 3, 5)
    a = rng.standard_normal((5, 3))
    verify(student, rng, "Pick", lambda a: a[np.arange(5), labels], a, labels=labels)
