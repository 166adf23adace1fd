"""Hidden checks of the autograd engine: oracles by forward mode, complex steps and index arithmetic."""

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
MIX = OPERATION.format(
    "Mix",
    "lambda ctx, a, b, p=1.0, q=1.0: (ctx.save(p, q), p * a + q * b)[1]",
    "lambda ctx, up: (up * ctx.saved[0], up * ctx.saved[1])",
)
BEND = OPERATION.format(
    "Bend",
    "lambda ctx, a: (ctx.save(np.cos(a)), np.sin(a))[1]",
    "lambda ctx, up: (up * ctx.saved[0],)",
)
BLOCK = OPERATION.format(  # of three inputs, the middle one of which has no gradient
    "Block", "lambda ctx, a, b, c: a + b + 2 * c", "lambda ctx, up: (up, None, 2 * up)"
)
COUNTING = (
    "lambda Function, calls: type('Counting', (Function,), {'forward': staticmethod(lambda ctx, a, b: a + b), "
    "'backward': staticmethod(lambda ctx, up: (setattr(calls, 'number', calls.number + 1), (up, up))[1])})"
)
CHAIN = "lambda apply, x, n: __import__('functools').reduce(lambda t, _: apply(t), range(n), x)"
LADDER = "lambda apply, x, n: __import__('functools').reduce(lambda t, _: apply(t, t), range(n), x)"

ADD_UP = "Follow one tensor that is used several times: how many gradients arrive, and what becomes of them?"
ORDER = "An operation may go back only when every use of its result has sent its gradient."
DEEP = "Does any function call itself, once per operation?"
ONCE = "How often is each operation's backward called in one walk?"
AGAIN = "Which gradients travel in the second call, and where are they added?"
PURE = "Neither the arrays that forward got nor `upstream` may be changed: work on new ones."
LEFT = (
    "A graph may be walked again. What does backward leave in ctx, and in the result that forward returned?"
)
SHAPES = "Each gradient has its own operand's shape."
FORMULA = "Local gradient times upstream, entry by entry: check both factors at the input shown."
OWN = "What backward needs belongs into ctx: an operation may be applied again before its backward is called."


def beside(student, source):
    """A function that lives on the student's side and can be called with the student's own objects."""
    holder = student.autograd.Context()
    holder.call = student.function(source)
    return holder.call


def operation(student, source):
    """A `Function` of the check's own; returns its `apply`."""
    return beside(student, source)(student.autograd.Function).apply


def leaf(student, data, requires_grad=True, dtype=float):
    """A tensor made from numbers."""
    return student.autograd.Tensor(np.array(data, dtype=dtype), requires_grad=requires_grad)


def grad(what, tensor, expected, hint=None, rtol=1e-6):
    """The `.grad` of a tensor."""
    got = tensor.grad
    expect.true(got is not None, "is None: no gradient has arrived there.", what=what, hint=hint)
    expect.close(what, got, np.asarray(expected, dtype=float), rtol, rtol * 1e-2, hint=hint)


def random_graph(rng, size):
    """Operations in the order of their making: (kind, operands, options); the first three are leaves."""
    steps = [("leaf", (), {}), ("leaf", (), {}), ("constant", (), {})]
    for place in range(3, size):
        near, far = rng.integers(max(0, place - 4), place), rng.integers(0, place)
        kind = rng.choice(["product", "mix", "mix", "bend"])
        options = {"p": float(rng.normal()), "q": float(rng.normal())} if kind == "mix" else {}
        operands = (near,) if kind == "bend" else (near, far) if rng.random() < 0.5 else (far, near)
        steps.append((str(kind), tuple(int(i) for i in operands), options))
    used = {i for _, operands, _ in steps for i in operands}
    loose = [i for i in range(size) if i not in used]
    for i in loose[:-1]:  # everything leads to the last one
        steps.append(("mix", (len(steps) - 1, i), {"p": 1.0, "q": 0.5}))
    return steps


def forward_mode(steps, values, seed):
    """d(every result)/d(result `seed`), entry by entry, while going forward."""
    value, slope = list(values), [np.ones_like(values[0]) if i == seed else 0 * values[0] for i in range(3)]
    for place, (kind, operands, options) in enumerate(steps[3:], start=3):
        a, da = value[operands[0]], slope[operands[0]]
        if kind == "bend":
            new, change = np.sin(a), np.cos(a) * da
        else:
            b, db = value[operands[1]], slope[operands[1]]
            p, q = options.get("p"), options.get("q")
            new, change = (p * a + q * b, p * da + q * db) if kind == "mix" else (a * b, da * b + a * db)
        value.append(new)
        slope.append(np.ones_like(new) if place == seed else change)
    return value, slope


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


@check("autograd.backward", weight=4, hint=ORDER)
def random_graphs(student, rng):
    """Random graphs: every leaf and every intermediate result"""
    apply = {
        name: operation(student, source)
        for name, source in (("product", PRODUCT), ("mix", MIX), ("bend", BEND))
    }
    for size in (6, 14, 22):
        steps, values = random_graph(rng, size), list(rng.uniform(0.4, 1.1, (3, 2, 3)))
        tensors = [leaf(student, values[i], requires_grad=i < 2) for i in range(3)]
        for kind, operands, options in steps[3:]:
            tensors.append(apply[kind](*(tensors[i] for i in operands), **options))
        upstream = rng.standard_normal((2, 3))
        if not tensors[-1].requires_grad:
            continue
        tensors[-1].backward(upstream)
        goals = [upstream * forward_mode(steps, values, i)[1][-1] for i in range(len(steps))]
        for place, tensor in enumerate(tensors):
            if not tensor.requires_grad:
                expect.true(tensor.grad is None, "should stay None.", what="the gradient of a constant")
            elif tensor.grad is not None or np.any(goals[place]):
                grad(f"the gradient of {'a leaf' if place < 3 else 'a result'}", tensor, goals[place], ORDER)


@check("autograd.backward", weight=1, hint=ADD_UP)
def used_often(student, rng):
    """One tensor used five times, at different depths"""
    product, mix = operation(student, PRODUCT), operation(student, MIX)
    values = rng.uniform(0.5, 1.5, 4)
    x = leaf(student, values)
    top = x
    for _ in range(4):
        top = mix(product(top, x), x)
    upstream = rng.standard_normal(4)
    top.backward(upstream)
    grad("x.grad", x, upstream * sum((k + 1) * values**k for k in range(5)), ADD_UP)


@check("autograd.backward", weight=2, seconds=6, hint=DEEP)
def deeper(student, rng):
    """A chain of 5,000 operations, and one with both operands the same"""
    x = leaf(student, 0.25)
    beside(student, CHAIN)(operation(student, BEND), x, 5_000).backward(np.array(2.0))
    y, slope = 0.25, 2.0
    for _ in range(5_000):
        y, slope = np.sin(y), slope * np.cos(y)
    grad("the gradient through 5,000 operations", x, slope, DEEP)
    average = OPERATION.format(
        "Average", "lambda ctx, a, b: 0.5 * (a + b)", "lambda ctx, up: (0.5 * up, 0.5 * up)"
    )
    z = leaf(student, 3.0)
    beside(student, LADDER)(operation(student, average), z, 5000).backward()
    grad("the gradient through 5,000 averages", z, 1.0, DEEP)


@check("autograd.backward", weight=1.5, hint=ONCE)
def each_once(student, rng):
    """Every operation goes back exactly once"""
    calls = student.autograd.Context()
    calls.number = 0
    apply = beside(student, COUNTING)(student.autograd.Function, calls).apply
    x = leaf(student, 1.0)
    top = beside(student, LADDER)(apply, x, 10)
    top = apply(top, x)
    top.backward()
    grad("the gradient", x, 2.0**10 + 1, ONCE)
    expect.number("calls of backward for 11 operations", calls.number, 11, hint=ONCE)


@check("autograd.backward", weight=2.5, hint=AGAIN)
def several_walks(student, rng):
    """Two results of one graph, one of them twice; then a result in the middle"""
    product, bend = operation(student, PRODUCT), operation(student, BEND)
    value, up = rng.uniform(0.5, 1.5, 3), rng.standard_normal((4, 3))
    x = leaf(student, value)
    square = product(x, x)
    one, two = bend(square), product(square, x)
    goal = np.zeros(3)
    slopes = {"one": np.cos(value**2) * 2 * value, "two": 3 * value**2, "square": 2 * value}
    for turn, (name, tensor) in enumerate((("one", one), ("two", two), ("one", one), ("square", square))):
        tensor.backward(up[turn])
        goal = goal + up[turn] * slopes[name]
        grad(f"x.grad after {turn + 1} calls", x, goal, AGAIN)
    x.zero_grad()
    got = x.grad
    expect.true(got is None or not np.any(got), "still holds a gradient.", what="x.grad after zero_grad")
    two.backward(up[0])
    grad("x.grad after zero_grad and another call", x, up[0] * slopes["two"], AGAIN)


@check(
    "autograd.backward",
    weight=1,
    hint="An operation may have any number of inputs, and None among its gradients.",
)
def own_operations(student, rng):
    """A Function of three inputs, one of which gets no gradient; a tensor that is its own result"""
    block = operation(student, BLOCK)
    a, b, c = (leaf(student, rng.standard_normal(2)) for _ in range(3))
    block(a, b, c).backward(np.array([1.0, -3.0]))
    grad("the first gradient", a, [1.0, -3.0])
    grad("the third gradient", c, [2.0, -6.0])
    expect.true(b.grad is None or not np.any(b.grad), "should be None.", what="the gradient that is None")
    alone = leaf(student, 4.0)
    alone.backward()
    grad("x.grad after x.backward()", alone, 1.0)


@check("autograd.backward", side=True, weight=0.5, hint="Who else holds the array that you are adding to?")
def nothing_shared(student, rng):
    """The gradient handed to backward is not changed, and data stay as they are"""
    mix = operation(student, MIX)
    values, upstream = rng.standard_normal(3), rng.standard_normal(3)
    x, y = leaf(student, values), leaf(student, values)
    top = mix(mix(x, y), x)
    expect.unchanged(student, lambda gradient: top.backward(gradient), gradient=upstream)
    expect.unchanged(student, lambda gradient: top.backward(gradient), gradient=upstream)
    grad("x.grad", x, 4 * upstream)
    grad("y.grad", y, 2 * upstream)
    expect.close("x.data afterwards", x.data, values)


@check(
    "autograd.backward",
    side=True,
    weight=0.5,
    hint="Do not convert: a float32 gradient can be added to as it is.",
)
def single_precision(student, rng):
    """float32 tensors get float32 gradients"""
    x = leaf(student, [1.0, 2.0], dtype=np.float32)
    top = operation(student, PRODUCT)(x, x)
    top.backward(np.ones(2, dtype=np.float32))
    top.backward(np.ones(2, dtype=np.float32))
    expect.array("x.grad", x.grad, (2,), np.float32)


def folded(gradient, shape):
    """Every entry of a gradient added where broadcasting took it from."""
    result = np.zeros(shape)
    places = np.broadcast_to(np.arange(result.size).reshape(shape), np.shape(gradient))
    np.add.at(result.reshape(-1), places.reshape(-1), np.asarray(gradient, dtype=float).reshape(-1))
    return result


SUMMED = "Compare the two shapes from the right: which axes are new, and which had length 1?"


def fold(student, rng, *pairs):
    """unbroadcast from one shape to another."""
    for larger, shape in pairs:
        gradient = rng.standard_normal(larger)
        got = student.autograd.unbroadcast(gradient, shape)
        expect.close(
            f"unbroadcast from {larger} to {shape}", np.asarray(got), folded(gradient, shape), hint=SUMMED
        )


@check("autograd.unbroadcast", weight=1.5, hint=SUMMED)
def axes_in_front(student, rng):
    """New axes in front"""
    fold(student, rng, ((4, 2, 3), (3,)), ((4, 2, 3), (2, 3)), ((5, 2), ()), ((3,), ()), ((3, 3), (3,)))


@check("autograd.unbroadcast", weight=1.5, hint=SUMMED)
def axes_of_one(student, rng):
    """Axes of length 1"""
    fold(student, rng, ((2, 3), (2, 1)), ((4, 2, 3), (4, 1, 3)), ((4, 2, 3), (1, 2, 1)), ((4, 3), (1, 1)))


@check("autograd.unbroadcast", weight=1.5, hint=SUMMED)
def both_kinds(student, rng):
    """Both at once"""
    fold(student, rng, ((5, 4, 2, 3), (2, 1)), ((2, 2, 2), (1, 2)), ((4, 3), (1,)), ((1, 4, 3), (1, 3)))


@check("autograd.unbroadcast", weight=0.7, hint="When nothing was broadcast, nothing is to be summed.")
def nothing_to_do(student, rng):
    """Shapes that are equal already, also with axes of length 1"""
    fold(student, rng, ((2, 3), (2, 3)), ((1,), (1,)), ((), ()), ((2, 1, 3), (2, 1, 3)))


@check("autograd.unbroadcast", side=True, weight=0.3, hint=PURE)
def unbroadcast_looks_only(student, rng):
    """The gradient is not changed"""
    gradient = rng.standard_normal((4, 3))
    got = expect.unchanged(
        student, lambda gradient: student.autograd.unbroadcast(gradient, (1, 3)), gradient=gradient
    )
    expect.array("unbroadcast", got, (1, 3), "float")


def result_of(student, name, arrays, options):
    """The result of an operation's forward, with the context for its backward."""
    ctx = student.autograd.Context()
    return getattr(student.autograd, name).forward(ctx, *arrays, **options), ctx


def gradients_of(student, name, ctx, upstream, count):
    """What an operation's backward returns, as a list with one entry per input."""
    got = getattr(student.autograd, name).backward(ctx, upstream)
    got = [got] if count == 1 and isinstance(got, np.ndarray | np.generic | float) else got
    if not isinstance(got, tuple | list) or len(got) != count:
        raise CheckFailed(Finding(f"{name}.backward", f"should return a tuple with {count}.", hint=SHAPES))
    return list(got)


def in_flight(student, name, arrays, options, upstream, others, other_options=None):
    """An operation's gradients while another result of it is under way: its backward has its own ctx only."""
    count = len(arrays)
    _, ctx = result_of(student, name, arrays, options)
    alone = gradients_of(student, name, ctx, upstream, count)
    _, ctx = result_of(student, name, arrays, options)
    result_of(student, name, others, options if other_options is None else other_options)
    try:
        got = gradients_of(student, name, ctx, upstream, count)
        same = all(
            np.shape(one) == np.shape(other)
            and np.allclose(np.asarray(one, float), np.asarray(other, float), 0, 0, equal_nan=True)
            for one, other in zip(alone, got, strict=True)
        )
    except StudentError as error:
        if error.kind != "exception":
            raise
        same = False
    except (TypeError, ValueError):  # no gradients at all: the caller says so
        same = True
    problem = "gives other gradients when the operation was applied to something else in between."
    expect.true(same, problem, what=f"{name}.backward", hint=OWN)
    return got


def local(f, arrays, place):
    """The derivative of an entrywise function with respect to one operand, by a complex step."""
    moved = [a + 1e-40j if i == place else a + 0j for i, a in enumerate(arrays)]
    return np.imag(f(*moved)) / 1e-40


def entrywise(student, rng, name, f, *arrays, what="", **options):
    """Values and gradients of an entrywise operation with broadcasting.

    Gradients may be as the student's own unbroadcast makes them.
    """
    out, _ = result_of(student, name, arrays, options)
    title = f"{name}{what}"
    expect.close(f"{title}.forward", out, np.real(f(*(a + 0j for a in arrays))), 1e-6, 1e-9)
    upstream = rng.standard_normal(np.shape(out)) * 3
    got = in_flight(student, name, arrays, options, upstream, [a + 1 for a in arrays[::-1]])
    whole(
        *(
            lambda place=place, one=one: share(
                student,
                f"{'ab'[place]} of {title}",
                one,
                upstream * local(f, arrays, place),
                arrays[place].shape,
            )
            for place, one in enumerate(got)
        )
    )


def share(student, what, got, full, shape):
    """One gradient, summed to its operand's shape."""
    try:
        expect.close(f"d{what}", np.asarray(got), folded(full, shape), 1e-6, 1e-9, hint=FORMULA)
    except CheckFailed:
        try:
            own = student.autograd.unbroadcast(full, shape)
        except StudentError:
            own = None
        if own is None or np.shape(own) != np.shape(got) or not np.allclose(own, got, 1e-6, 1e-9):
            raise


def positive(rng, *shape):
    """Numbers between 0.4 and 2.4."""
    return rng.uniform(0.4, 2.4, shape)


def pairs_of(rng):
    """Operands of equal shapes."""
    for shape in ((4, 3), (1, 5), (), (2, 3, 2)):
        yield positive(rng, *shape) * rng.choice([-1, 1], shape), positive(rng, *shape)


@check("autograd.arithmetic", weight=1.5, hint=FORMULA)
def differences(student, rng):
    """Subtract and Negate"""
    for a, b in pairs_of(rng):
        entrywise(student, rng, "Subtract", lambda a, b: a - b, a, b)
        entrywise(student, rng, "Negate", lambda a: -a, a)


@check("autograd.arithmetic", weight=1.5, hint=FORMULA)
def products(student, rng):
    """Multiply, also by zero"""
    zeros = np.array([0.0, 1.5, 0.0, -2.0]), np.array([3.0, 0.0, 0.0, -0.5])
    for a, b in (*pairs_of(rng), zeros):
        entrywise(student, rng, "Multiply", lambda a, b: a * b, a, b)


@check("autograd.arithmetic", weight=1.5, hint=FORMULA)
def quotients(student, rng):
    """Divide, also zero, and by negative numbers"""
    for a, b in (*pairs_of(rng), (np.array([0.0, -2.0]), np.array([1.5, 0.5]))):
        entrywise(student, rng, "Divide", lambda a, b: a / b, a, -b)


@check(
    "autograd.arithmetic", weight=1.5, hint="The power rule, at every exponent and for negative entries too."
)
def powers(student, rng):
    """Power: whole exponents of negative numbers and of zero, other ones of positive numbers, 1"""
    for exponent in (2.0, 3.0, 1.0, -2.0):
        a = positive(rng, 3, 4) * rng.choice([-1, 1], (3, 4))
        entrywise(student, rng, "Power", lambda a, p=exponent: a ** int(p), a, exponent=exponent)
    for exponent in (2.0, 3.0):
        a = np.array([0.0, -1.5])
        entrywise(student, rng, "Power", lambda a, p=exponent: a * a * a ** int(p - 2), a, exponent=exponent)
    for exponent in (0.5, 1.7, -0.3):
        a = positive(rng, 5)
        entrywise(student, rng, "Power", lambda a, p=exponent: np.exp(p * np.log(a)), a, exponent=exponent)


@check("autograd.arithmetic", weight=2, after="autograd.unbroadcast", hint=SHAPES)
def broadcast_operands(student, rng):
    """Operands of different shapes"""
    functions = {"Subtract": lambda a, b: a - b, "Multiply": lambda a, b: a * b, "Divide": lambda a, b: a / b}
    shapes = (((2, 3), (3,)), ((4, 1), (3,)), ((2, 1, 3), (4, 1)), ((), (2, 2)), ((3,), (1, 3)))

    def one(name, pair):
        try:
            entrywise(student, rng, name, functions[name], positive(rng, *pair[0]), positive(rng, *pair[1]))
        except StudentError as error:
            if error.kind != "exception":
                raise
            raise CheckFailed(Finding(name, f"{pair[0]} and {pair[1]}: {error}")) from None

    for name in functions:
        for pair in shapes:
            one(name, pair)
            one(name, pair[::-1])


HELD = (
    "lambda forward, ctx, *inputs, **options: [[forward(ctx, *inputs, **options)]]"  # the result stays there
)


def looks_only(student, rng, name, *arrays, **options):
    """Neither inputs nor upstream are changed, nor are the result and ctx: backward can be called again."""
    function, ctx = getattr(student.autograd, name), student.autograd.Context()
    named = dict(zip("ab", arrays, strict=False))
    expect.unchanged(
        student, lambda **kept: function.forward(ctx, *kept.values(), **options), hint=PURE, **named
    )
    kept = {label: student.keep(a) for label, a in named.items()}
    ctx = student.autograd.Context()
    held = beside(student, HELD)(function.forward, ctx, *kept.values(), **options)[0]
    out = np.array(held[0])
    upstream = rng.standard_normal(out.shape)
    first = expect.unchanged(
        student, lambda upstream: function.backward(ctx, upstream), hint=PURE, upstream=upstream
    )
    for label, a in named.items():
        expect.close(f"{label} after backward", student.value(kept[label]), a, hint=PURE)
    same = np.array_equal(np.asarray(held[0]), out)
    expect.true(same, "was changed by backward.", what=f"the result of {name}", hint=LEFT)
    what = f"{name}.backward at a second call with the same ctx"
    try:
        again = function.backward(ctx, upstream)
    except StudentError as error:
        if error.kind != "exception":
            raise
        raise CheckFailed(Finding(what, f"{error}", hint=LEFT)) from None
    for one, other in zip(*(g if isinstance(g, tuple | list) else [g] for g in (first, again)), strict=True):
        expect.close(what, np.asarray(other), np.asarray(one), hint=LEFT)


@check("autograd.arithmetic", side=True, weight=0.5, hint=PURE)
def arithmetic_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    for name in ("Subtract", "Multiply", "Divide"):
        looks_only(student, rng, name, positive(rng, 2, 3), positive(rng, 2, 3))
    looks_only(student, rng, "Negate", positive(rng, 4))
    looks_only(student, rng, "Power", positive(rng, 4), exponent=3.0)


def product_slopes(student, rng, N, M, K):
    """The gradients of a matrix product, entry by entry of einsum."""
    a, b, upstream = rng.standard_normal((N, M)), rng.standard_normal((M, K)), rng.standard_normal((N, K))
    out, _ = result_of(student, "MatMul", (a, b), {})
    expect.close("MatMul.forward", out, np.einsum("nm,mk->nk", a, b), 1e-5, 1e-7)
    da, db = in_flight(student, "MatMul", (a, b), {}, upstream, (a + 1, b - 1))
    expect.several(
        lambda: expect.close("da of MatMul", da, np.einsum("nk,mk->nm", upstream, b), 1e-5, 1e-6),
        lambda: expect.close("db of MatMul", db, np.einsum("nm,nk->mk", a, upstream), 1e-5, 1e-6),
    )


@check("autograd.matmul", weight=2, hint="Each gradient has its matrix's shape: which transposes are needed?")
def matrix_products(student, rng):
    """Shapes that are all different, one row, one column"""
    for sizes in ((5, 4, 3), (1, 3, 2), (4, 2, 1), (3, 1, 5), (1, 1, 1)):
        product_slopes(student, rng, *sizes)


@check(
    "autograd.matmul",
    weight=1,
    hint="Equal shapes hide a missing transpose. Which entry of b meets which of upstream?",
)
def square_products(student, rng):
    """Square matrices"""
    for n in (2, 4):
        product_slopes(student, rng, n, n, n)


@check(
    "autograd.matmul", gate=True, side=True, weight=0.01, seconds=5, hint="Two matrix products are enough."
)
def large_products(student, rng):
    """300 x 250 times 250 x 200, in time"""
    a, b = rng.standard_normal((300, 250)), rng.standard_normal((250, 200))
    _, ctx = result_of(student, "MatMul", (a, b), {})
    gradients_of(student, "MatMul", ctx, np.ones((300, 200)), 2)


@check("autograd.matmul", side=True, weight=0.3, hint=PURE)
def matmul_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    looks_only(student, rng, "MatMul", rng.standard_normal((2, 3)), rng.standard_normal((3, 4)))


def shapes_for(rng, low, high):
    """Arrays of several shapes with entries between low and high."""
    return [rng.uniform(low, high, shape) for shape in ((3, 4), (1,), (), (2, 1, 3))]


@check("autograd.elementwise", weight=1, hint=FORMULA)
def exponentials(student, rng):
    """Exp"""
    for a in shapes_for(rng, -3, 3):
        entrywise(student, rng, "Exp", np.exp, a)


@check("autograd.elementwise", weight=1, hint=FORMULA)
def logarithms(student, rng):
    """Log, also near 0"""
    for a in (*shapes_for(rng, 0.1, 4), np.array([1e-8, 1e6])):
        entrywise(student, rng, "Log", np.log, a)


@check("autograd.elementwise", weight=1, hint="Which inputs were above 0?")
def rectifiers(student, rng):
    """ReLU, with a 0 among the inputs"""
    for a in shapes_for(rng, 0.1, 4):
        a = a * rng.choice([-1, 1], a.shape)
        entrywise(student, rng, "ReLU", lambda a: np.where(a.real > 0, a, 0), a)
    out, ctx = result_of(student, "ReLU", (np.array([0.0, -1.0, 2.0]),), {})
    expect.close("ReLU.forward", out, np.array([0.0, 0.0, 2.0]))
    (da,) = gradients_of(student, "ReLU", ctx, np.array([-4.0, 5.0, -6.0]), 1)
    da = expect.array("da of ReLU", da, (3,))
    expect.close("da of ReLU, last two", da[1:], np.array([0.0, -6.0]))
    expect.true(-4.0 <= da[0] <= 0.0, "is not between 0 and upstream.", what="da of ReLU where a is 0")


@check("autograd.elementwise", weight=1, hint=FORMULA)
def sigmoids(student, rng):
    """Sigmoid"""
    for a in shapes_for(rng, -5, 5):
        entrywise(student, rng, "Sigmoid", lambda a: 1 / (1 + np.exp(-a)), a)


@check(
    "autograd.elementwise",
    weight=1,
    hint="What is the largest exponent that exp gets at -10,000, and at 10,000?",
)
def sigmoids_far_out(student, rng):
    """Sigmoid between -10,000 and 10,000, without a warning, in both precisions"""
    calm = beside(student, "lambda call, *args: np.errstate(over='raise', invalid='raise')(call)(*args)")
    for dtype in (np.float64, np.float32):
        a = np.array([-1e4, -800.0, -100.0, -1.0, 1.0, 100.0, 800.0, 1e4], dtype=dtype)
        ctx = student.autograd.Context()
        out = calm(student.autograd.Sigmoid.forward, ctx, a)
        goal = (1 + np.tanh(a.astype(float) / 2)) / 2
        expect.close("Sigmoid.forward", out, goal, 1e-5, 1e-7)
        got = calm(student.autograd.Sigmoid.backward, ctx, np.ones(8, dtype=dtype))
        got = got[0] if isinstance(got, tuple | list) else got
        expect.close("da of Sigmoid", got, goal * (1 - goal), 1e-5, 1e-6)


@check("autograd.elementwise", weight=1, hint=FORMULA)
def tangents(student, rng):
    """Tanh"""
    for a in shapes_for(rng, -2, 2):
        entrywise(student, rng, "Tanh", np.tanh, a)


@check("autograd.elementwise", side=True, weight=0.5, hint=PURE)
def elementwise_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    for name in ("Exp", "Log", "ReLU", "Sigmoid", "Tanh"):
        looks_only(student, rng, name, positive(rng, 2, 3))


SPREAD = "Put the summed axes back with length 1, then spread. With keepdims they are there already."


def reduction(student, rng, name, shape, axis, keepdims):
    """One reduction against index arithmetic."""
    a = rng.standard_normal(shape)
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = {i % len(shape) for i in axes}
    count = int(np.prod([shape[i] for i in axes])) if name == "Mean" else 1
    total = a
    for i in sorted(axes):
        total = np.add.accumulate(total, axis=i).take([-1], axis=i)
    plain = tuple(n for i, n in enumerate(shape) if i not in axes)
    options = {"axis": axis, "keepdims": keepdims}
    out, _ = result_of(student, name, (a,), options)
    expect.close(
        f"{name}.forward", np.asarray(out), (total if keepdims else total.reshape(plain)) / count, 1e-6, 1e-7
    )
    upstream = rng.standard_normal(np.shape(out))
    other = {"axis": 0 if axis is None else None, "keepdims": keepdims}
    (da,) = in_flight(student, name, (a,), options, upstream, (np.ones((4, 5)),), other)
    expect.close(
        f"da of {name}", np.asarray(da), np.ones(shape) * upstream.reshape(total.shape) / count, hint=SPREAD
    )


def reductions(student, rng, name, cases):
    """All cases: a rule that works for some axes only is no rule."""

    def one(shape, axis, keepdims):
        try:
            reduction(student, rng, name, shape, axis, keepdims)
        except StudentError as error:
            if error.kind != "exception":
                raise
            raise CheckFailed(Finding(f"{name}, axis={axis}, keepdims={keepdims}", str(error))) from None

    whole(*(lambda case=case: one(*case) for case in cases))


WITHOUT = [
    ((2, 3), None, False),
    ((2, 3), 0, False),
    ((2, 3), 1, False),
    ((3, 3), 1, False),
    ((3, 3), 0, False),
]
WITHOUT += [
    ((2, 3, 4), -2, False),
    ((2, 3, 4), (0, -1), False),
    ((2, 3, 4, 2), (2, 1), False),
    ((5,), 0, False),
]
WITH = [(shape, axis, True) for shape, axis, _ in WITHOUT] + [((), None, False), ((1, 4), 0, False)]


@check("autograd.reductions", weight=1.5, hint=SPREAD)
def sums_gone(student, rng):
    """Sum over axes that vanish"""
    reductions(student, rng, "Sum", WITHOUT)


@check("autograd.reductions", weight=1.5, hint=SPREAD)
def sums_kept(student, rng):
    """Sum over axes that stay, and at unusual shapes"""
    reductions(student, rng, "Sum", WITH)


@check(
    "autograd.reductions",
    weight=1.5,
    hint="By how many entries is divided, when only some axes are averaged?",
)
def means_gone(student, rng):
    """Mean over axes that vanish"""
    reductions(student, rng, "Mean", WITHOUT)


@check(
    "autograd.reductions",
    weight=1.5,
    hint="By how many entries is divided, when only some axes are averaged?",
)
def means_kept(student, rng):
    """Mean over axes that stay, and at unusual shapes"""
    reductions(student, rng, "Mean", WITH)


@check(
    "autograd.reductions",
    weight=0.5,
    hint="The methods were written for you: what do they hand to the Function?",
)
def reduction_methods(student, rng):
    """t.sum(...) and t.mean(...) with their defaults"""
    values = rng.standard_normal((2, 3))
    t = leaf(student, values)
    expect.number("t.sum()", t.sum().data, values.sum())
    expect.close("t.sum(axis=1, keepdims=True)", t.sum(axis=1, keepdims=True).data, values.sum(1)[:, None])
    expect.close("t.mean(axis=0)", t.mean(axis=0).data, (values[0] + values[1]) / 2)


@check("autograd.reductions", side=True, weight=0.3, hint=PURE)
def reductions_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    for name in ("Sum", "Mean"):
        looks_only(student, rng, name, rng.standard_normal((2, 3)), axis=1, keepdims=False)
        looks_only(student, rng, name, rng.standard_normal((2, 3)), axis=None, keepdims=False)


@check("autograd.shapes", weight=1.5, hint="The entries keep their order; only the shape goes back.")
def reshapes(student, rng):
    """Reshape: to and from one axis, with -1, to a number"""
    for before, after in (((2, 6), (3, 4)), ((12,), (2, -1)), ((2, 3, 2), (-1,)), ((1, 1), ()), ((), (1, 1))):
        a = rng.standard_normal(before)
        out, _ = result_of(student, "Reshape", (a,), {"shape": after})
        goal = np.array(a.ravel().tolist()).reshape(after)
        expect.close(f"Reshape.forward, {before} to {after}", np.asarray(out), goal)
        upstream = rng.standard_normal(goal.shape)
        other = np.ones((3, 2)), {"shape": (6,)}
        (da,) = in_flight(student, "Reshape", (a,), {"shape": after}, upstream, other[:1], other[1])
        expect.close("da of Reshape", np.asarray(da), np.array(upstream.ravel().tolist()).reshape(before))


@check(
    "autograd.shapes",
    weight=2,
    hint="Axis i of the result was axis axes[i]: where does each axis have to go?",
)
def transposes(student, rng):
    """Transpose: two, three and four axes, in orders that are not their own inverse"""
    for axes in ((1, 0), (1, 2, 0), (2, 0, 1), (0, 1, 2), (2, 1, 0), (3, 0, 2, 1), (1, 2, 3, 0), (0,)):
        shape = (2, 3, 4, 5)[: len(axes)]
        a = rng.standard_normal(shape)
        out, _ = result_of(student, "Transpose", (a,), {"axes": axes})
        letters = "ijkl"[: len(axes)]
        moved = "".join(letters[i] for i in axes)
        expect.close(f"Transpose.forward, {axes}", out, np.einsum(f"{letters}->{moved}", a))
        upstream = rng.standard_normal(np.shape(out))
        other = np.ones((2, 1, 3)), {"axes": (0, 2, 1)}
        (da,) = in_flight(student, "Transpose", (a,), {"axes": axes}, upstream, other[:1], other[1])
        expect.close(f"da of Transpose, {axes}", da, np.einsum(f"{moved}->{letters}", upstream))


@check(
    "autograd.shapes", weight=0.5, hint="The methods were written for you: what do they hand to the Function?"
)
def shape_methods(student, rng):
    """t.reshape, t.transpose and t.T"""
    values = rng.standard_normal((2, 3, 4))
    t = leaf(student, values)
    expect.close("t.reshape(6, -1)", t.reshape(6, -1).data, values.reshape(6, 4))
    expect.close("t.reshape((4, 6))", t.reshape((4, 6)).data, values.reshape(4, 6))
    expect.close("t.transpose(-1, 0, 1)", t.transpose(-1, 0, 1).data, values.transpose(2, 0, 1))
    expect.close("t.T", t.T.data, values.T)


@check("autograd.shapes", side=True, weight=0.3, hint=PURE)
def shapes_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    looks_only(student, rng, "Reshape", rng.standard_normal((2, 3)), shape=(3, 2))
    looks_only(student, rng, "Transpose", rng.standard_normal((2, 3)), axes=(1, 0))


@check(
    "autograd.pick",
    weight=2,
    hint="Row n has exactly one entry with a gradient. Which one, and how large is it?",
)
def picks(student, rng):
    """Repeated labels, one row, one class, labels of several integer types"""
    for N, C, kind in (
        (7, 3, np.int64),
        (1, 4, np.int32),
        (5, 1, np.int64),
        (6, 6, np.uint8),
        (4, 9, np.int16),
    ):
        a, labels = rng.standard_normal((N, C)), rng.integers(0, C, N).astype(kind)
        out, _ = result_of(student, "Pick", (a,), {"labels": labels})
        expect.close("Pick.forward", out, np.array([a[n, int(label)] for n, label in enumerate(labels)]))
        upstream = rng.standard_normal(N)
        other = {"labels": (labels + 1) % np.array(C, kind)}
        (da,) = in_flight(student, "Pick", (a,), {"labels": labels}, upstream, (a + 1,), other)
        chosen = np.equal.outer(labels.astype(int), np.arange(C))
        expect.close("da of Pick", da, np.where(chosen, upstream[:, None], 0.0))


@check("autograd.pick", side=True, weight=0.3, hint=PURE)
def pick_side(student, rng):
    """Nothing is changed in place, and backward can be called again"""
    looks_only(student, rng, "Pick", rng.standard_normal((3, 4)), labels=np.array([1, 1, 3]))
