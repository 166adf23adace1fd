"""Hidden checks of what computational_graphs.ipynb asks for: every formula once more, in another form."""

import math
from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

BACK = "Draw the graph, write the upstream gradient at every wire, and go from right to left."
DERIVED = "Type the formula that you derived; thousands of losses for one gradient take too long."
ONLY_LOOK = "Only look at the arguments: work on copies."
SINGLE = "float32 in, float32 out: an array that you make yourself is float64 unless you say otherwise."


def whole(*expectations):
    """Try every expectation; one that fails takes the whole check's points."""
    try:
        expect.several(*expectations)
    except CheckFailed as failure:
        raise CheckFailed(*failure.findings) from None


def right(call, *goals):
    """Whether the call returns these numbers, but for rounding."""
    try:
        got = call()
        return len(got) == len(goals) and all(
            np.shape(one) == np.shape(goal) and np.allclose(np.asarray(one, dtype=float), goal, 1e-5, 1e-7)
            for one, goal in zip(got, goals, strict=True)
        )
    except (TypeError, ValueError):
        return False
    except StudentError as error:
        if error.kind == "exception":
            return False
        raise


def derived(small, large):
    """Whatever is right where there are few numbers is also right, and in time, where there are many."""
    fine = all(right(*small()) for _ in range(2))
    expect.true(right(*large()) or not fine, "is right for small sizes only.", what="the gradient")


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
        expect.true(
            isinstance(got, tuple | list) and len(got) == 3,
            "should be f, dW and dx.",
            what="what squared_length returns",
        )
        goals = length_truth(W, x)
        expect.several(
            *(
                lambda name=name, one=one, goal=goal: expect.close(name, one, goal)
                for name, one, goal in zip(("f", "dW", "dx"), got, goals, strict=True)
            )
        )


@check("graphs.squared_length", side=True, weight=0.5, hint=ONLY_LOOK)
def length_looks_only(student, rng):
    """The arguments stay as they are; float32 stays float32"""
    W, x = rng.standard_normal((3, 4)).astype(np.float32), rng.standard_normal(4).astype(np.float32)
    _, dW, dx = expect.unchanged(student, lambda W, x: student.notebook.squared_length(W, x), W=W, x=x)
    expect.array("dW of float32 arrays", dW, (3, 4), np.float32, hint=SINGLE)
    expect.array("dx of float32 arrays", dx, (4,), np.float32, hint=SINGLE)


@check("graphs.squared_length", gate=True, side=True, weight=0.01, seconds=8, hint=DERIVED)
def length_is_derived(student, rng):
    """The gradient is derived, not measured: 300,000 weights"""

    def case(M, D):
        W, x = rng.standard_normal((M, D)) / D, rng.standard_normal(D)
        q = W @ x
        return lambda: student.notebook.squared_length(W, x), q @ q, 2 * q[:, None] * x, 2 * q @ W

    derived(lambda: case(2, 3), lambda: case(100, 3000))


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
    """Scores and labels stay as they are; float32 stays float32"""
    scores, labels = rng.standard_normal((4, 3)).astype(np.float32), rng.integers(0, 3, 4)
    kept = student.keep(labels)
    leaf = student.autograd.Tensor(scores, requires_grad=True)
    loss = student.notebook.cross_entropy(leaf, kept)
    expect.true(
        np.asarray(loss.data).dtype == np.float32,
        "should be float32 for float32 scores.",
        what="the loss",
        hint=SINGLE,
    )
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
        expect.true(
            isinstance(got, tuple | list) and len(got) == 2,
            "should be two numbers.",
            what="what multiplications returns",
        )
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
        jacobian, mask = student.notebook.relu_memory(N, M)
        numbers = ("jacobian", jacobian, 4 * (N * M) ** 2), ("mask", mask, N * M)
        expect.several(
            *(
                lambda name=f"{name} for {N} × {M}", got=got, goal=goal: expect.number(
                    name, got, goal, 1e-12, 0
                )
                for name, got, goal in numbers
            )
        )


def autoencoder_truth(W, x):
    """Loss and gradient, written out with M = WᵀW and S = x xᵀ: dL = ½ tr(((M − I) S + S (M − I)) dM)."""
    rest = np.einsum("ki,kj->ij", W, W) - np.eye(len(x))
    pull = rest @ x
    return 0.5 * np.sum(pull**2), W @ (pull[:, None] * x + x[:, None] * pull)


@check("graphs.autoencoder", hint="Half of the squared length of x̂ − x.")
def autoencoder_losses(student, rng):
    """The loss, at random sizes"""
    for H, D in ((3, 7), (1, 4), (5, 2)):
        W, x = rng.standard_normal((H, D)), rng.standard_normal(D)
        expect.number("loss", student.notebook.autoencoder(W, x)[0], autoencoder_truth(W, x)[0])


@check(
    "graphs.autoencoder",
    weight=5,
    hint="Two uses of W, two gradients, one sum. Check each with the other held still.",
)
def autoencoder_gradients(student, rng):
    """The gradient, wide, tall, square, small and large weights"""
    for H, D, scale in ((3, 7, 1), (6, 2, 1), (4, 4, 1), (1, 5, 1), (3, 1, 1), (2, 6, 40), (2, 6, 1e-3)):
        W, x = scale * rng.standard_normal((H, D)), rng.standard_normal(D)
        goal = autoencoder_truth(W, x)[1]
        dW = student.notebook.autoencoder(W, x)[1]
        expect.close("dW", dW, goal, 1e-6, 1e-9 * float(np.abs(goal).max()))


@check("graphs.autoencoder", side=True, weight=0.5, hint=ONLY_LOOK)
def autoencoder_looks_only(student, rng):
    """The arguments stay as they are; float32 stays float32"""
    W, x = rng.standard_normal((3, 4)).astype(np.float32), rng.standard_normal(4).astype(np.float32)
    _, dW = expect.unchanged(student, lambda W, x: student.notebook.autoencoder(W, x), W=W, x=x)
    expect.array("dW of float32 arrays", dW, (3, 4), np.float32, hint=SINGLE)


@check("graphs.autoencoder", gate=True, side=True, weight=0.01, seconds=8, hint=DERIVED)
def autoencoder_is_derived(student, rng):
    """The gradient is derived, not measured: 200,000 weights"""

    def case(H, D):
        W, x = rng.standard_normal((H, D)) / np.sqrt(D), rng.standard_normal(D) / np.sqrt(D)
        h = W @ x
        error = h @ W - x
        return (
            lambda: student.notebook.autoencoder(W, x),
            error @ error / 2,
            h[:, None] * error + (W @ error)[:, None] * x,
        )

    derived(lambda: case(2, 3), lambda: case(100, 2000))


SWISH = ("dW1", "db1", "dW2", "db2")


def swish_truth(X, W1, b1, W2, b2, upstream):
    """The four gradients, example by example, by hyperbolic functions."""
    goals = [np.zeros(one.shape) for one in (W1, b1, W2, b2)]
    for x, g in zip(X.astype(float), upstream.astype(float), strict=True):
        half = (W1.astype(float) @ x + b1) / 2
        with np.errstate(over="ignore"):
            slope = 0.5 + 0.5 * np.tanh(half) + 0.5 * half / np.cosh(half) ** 2
        pull = slope * np.einsum("ch,c->h", W2, g)
        value = half * (1 + np.tanh(half))
        for goal, part in zip(goals, (pull[:, None] * x, pull, g[:, None] * value, g), strict=True):
            goal += part
    return goals


def swish_case(rng, N, D, H, C, scale=1.0):
    """A network, a batch and an upstream gradient."""
    return [rng.standard_normal(s) * f for s, f in zip(
        ((N, D), (H, D), (H,), (C, H), (C,), (N, C)), (scale, 1, 1, 1, 1, 1), strict=True)]  # fmt: skip


def same_swish(student, case, rtol=1e-6):
    """Each of the four gradients counts for itself."""
    got = student.notebook.swish_gradients(*case)
    expect.true(
        isinstance(got, tuple | list) and len(got) == 4,
        "should be four arrays.",
        what="what swish_gradients returns",
    )
    expect.several(
        *(
            lambda name=name, one=one, goal=goal: expect.close(name, one, goal, rtol, 1e-8)
            for name, one, goal in zip(SWISH, got, swish_truth(*case), strict=True)
        )
    )


@check(
    "graphs.swish",
    weight=5,
    hint="Which of the four is wrong, and is its mistake in swish or in a matrix product?",
)
def swish_gradients(student, rng):
    """All sizes different, all sizes equal, one example"""
    findings, credits = [], []
    for sizes in ((7, 3, 5, 2), (4, 4, 4, 4), (1, 3, 2, 4), (6, 1, 3, 1)):
        try:
            same_swish(student, swish_case(rng, *sizes))
            credits.append(1.0)
        except CheckFailed as failure:
            findings += failure.findings
            credits.append(failure.credit)
    if findings:
        raise CheckFailed(*findings[:4], credit=min(credits))


@check("graphs.swish", weight=1, hint="What is your sigmoid of 2,000, and of −2,000?")
def swish_far_out(student, rng):
    """Sums in the thousands"""
    same_swish(student, swish_case(rng, 6, 3, 5, 2, scale=2000.0))


@check("graphs.swish", side=True, weight=0.5, hint=ONLY_LOOK)
def swish_looks_only(student, rng):
    """The arguments stay as they are; float32 stays float32"""
    names = ("X", "W1", "b1", "W2", "b2", "upstream")
    case = {
        name: one.astype(np.float32) for name, one in zip(names, swish_case(rng, 4, 3, 5, 2), strict=True)
    }
    call = student.notebook.swish_gradients
    got = expect.unchanged(student, lambda **arrays: call(*(arrays[name] for name in names)), **case)
    for name, one, shape in zip(SWISH, got, ((5, 3), (5,), (2, 5), (2,)), strict=True):
        expect.array(f"{name} of float32 arrays", one, shape, np.float32, hint=SINGLE)


@check("graphs.swish", gate=True, side=True, weight=0.01, seconds=8, hint=DERIVED)
def swish_is_derived(student, rng):
    """The gradients are derived, not measured: 200,000 weights"""

    def case(N, D, H, C):
        arrays = swish_case(rng, N, D, H, C)
        arrays[1] /= np.sqrt(D)
        return lambda: student.notebook.swish_gradients(*arrays), *swish_truth(*arrays)

    derived(lambda: case(2, 3, 4, 2), lambda: case(2, 2000, 100, 3))


@check("graphs.gplvm", hint="By K first: two terms, each with its own sign; then by X.")
def likelihoods(student, rng):
    """Random positions and data, also more of them than a determinant can hold"""
    for N, Q, D, alpha, beta in (
        (6, 2, 4, 0.8, 2.0),
        (4, 5, 2, 1.7, 0.4),
        (1, 1, 3, 1.0, 1.0),
        (400, 3, 2, 1.0, 100.0),
    ):
        X, Y = rng.standard_normal((N, Q)), rng.standard_normal((N, D))
        values, vectors = np.linalg.eigh(alpha * np.einsum("iq,jq->ij", X, X) + np.eye(N) / beta)
        inside = vectors.T @ Y
        L = -0.5 * D * np.log(values).sum() - 0.5 * np.sum(inside**2 / values[:, None])
        fit = vectors @ (inside / values[:, None])
        dX = alpha * (fit @ (fit.T @ X) - D * vectors @ (vectors.T @ X / values[:, None]))
        got, slopes = student.notebook.gplvm(X, Y, alpha, beta)
        expect.number("L", got, L, 1e-6, 1e-6)
        expect.close("dX", slopes, dX, 1e-5, 1e-6 * float(np.abs(dX).max() + 1))


@check("graphs.gplvm", gate=True, side=True, weight=0.01, seconds=8, hint=DERIVED)
def gplvm_is_derived(student, rng):
    """The gradient is derived, not measured: 60,000 positions"""

    def case(N, Q):
        X, Y = rng.standard_normal((N, Q)) / np.sqrt(Q), rng.standard_normal((N, 2))
        K = X @ X.T + np.eye(N)
        fit = np.linalg.solve(K, Y)
        L = -np.linalg.slogdet(K)[1] - 0.5 * np.sum(Y * fit)
        return (
            lambda: student.notebook.gplvm(X, Y, 1.0, 1.0),
            L,
            fit @ (fit.T @ X) - 2 * np.linalg.solve(K, X),
        )

    derived(lambda: case(3, 2), lambda: case(60, 1000))
