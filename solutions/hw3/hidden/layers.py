"""Hidden checks of the layers: other sizes, oracles made of sums over indices, ties, extremes, side conditions."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

FLAT = "x may have two, three or four dimensions: what is D, and how is N still known?"
BIAS = "One bias for each output, the same for all examples."
OWN_SHAPE = "dx has x's own shape, however many dimensions x had."
PRODUCT = "Write the shapes below upstream, x and w: which product has w's shape, and over what does it sum?"
DB = "Each bias reaches all N examples: what becomes of the gradients that come back, and which shape has b?"
PURE = "Is there a line such as a += … or a[…] = … in which a is an argument, or the same memory as one?"
KEEP = "An array that you make yourself is float64 unless you say otherwise; one made from x keeps x's type."
SLOPE = "Where does the slope come from: from the input, or from the upstream gradient?"
SHIFT = "Follow the largest numbers: which of exp and log gets an argument that it cannot represent?"
SIZES = "N and C are the shape of x; neither can be read off the labels."
PULL = (
    "In each example, which wrong classes pull, with which slope, and what is the slope of the right score?"
)
TIES = "A wrong class that is exactly 1 below the right one costs nothing, and may pull fully or not at all."
FLIGHT = (
    "A network calls forward for all its layers before the first backward: what does the cache have to hold?"
)
COST = "One slope may not cost a whole forward pass. Which formula did you derive?"
SHAPES = ((4, 6), (3, 2, 5), (5, 2, 3, 2), (1, 7), (1, 3, 1, 2))


def near(name, got, goal, hint=None):
    """Equal up to the rounding of float32."""
    goal = np.asarray(goal, dtype=float)
    scale = max(1.0, float(np.max(np.abs(goal), initial=0.0)))
    expect.close(name, got, goal, rtol=1e-5, atol=1e-5 * scale, hint=hint, dtype="float")


def affine_inputs(rng, shape, M=3):
    """x of this shape, and w, b with M outputs."""
    D = int(np.prod(shape[1:]))
    return rng.standard_normal(shape), rng.standard_normal((M, D)), rng.standard_normal(M)


def flat(x):
    """Examples as rows, without reshape: one list for each."""
    return np.array([[float(value) for value in example.ravel()] for example in x])


@check("layers.affine_forward", weight=2, hint=FLAT)
def affine_values(student, rng):
    """Random inputs of two, three and four dimensions, one example among them"""
    for shape in SHAPES:
        x, w, _ = affine_inputs(rng, shape)
        out, _ = student.layers.affine_forward(x, w, np.zeros(3))
        near(f"out at b = 0, x of shape {shape}", out, np.einsum("nd,md->nm", flat(x), w))


@check("layers.affine_forward", weight=2, hint=BIAS)
def affine_bias(student, rng):
    """The biases"""
    for shape, M in (((4, 2, 3), 5), ((6, 2), 6), ((1, 4), 1)):
        x, w, b = affine_inputs(rng, shape, M)
        out, _ = student.layers.affine_forward(x, w, b)
        near("out", out, np.c_[flat(x), np.ones(len(x))] @ np.c_[w, b].T)


@check("layers.affine_forward", side=True, hint=PURE)
def affine_unchanged(student, rng):
    """The inputs stay as they are"""
    x, w, b = affine_inputs(rng, (4, 2, 3))
    expect.unchanged(student, lambda x, w, b: student.layers.affine_forward(x, w, b), PURE, x=x, w=w, b=b)


def affine_gradients(student, rng, shape, M=3):
    """(got, expected) of dx, dw and db, the expected ones as sums over indices."""
    x, w, b = affine_inputs(rng, shape, M)
    upstream = rng.standard_normal((len(x), M))
    upstream[0, -1] = 0.0
    _, cache = student.layers.affine_forward(x, w, b)
    got = student.layers.affine_backward(upstream, cache)
    dx = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        column = int(np.ravel_multi_index(place[1:], x.shape[1:]))
        dx[place] = sum(upstream[place[0], m] * w[m, column] for m in range(M))
    dw = np.einsum("nm,nd->md", upstream, flat(x))
    return got, (dx, dw, np.array([column.sum() for column in upstream.T]))


@check("layers.affine_backward", weight=1.5, after="layers.affine_forward", hint=PRODUCT)
def affine_dx_rows(student, rng):
    """dx for rows of numbers"""
    for shape in ((4, 6), (1, 7), (5, 2)):
        (dx, *_), (goal, *_) = affine_gradients(student, rng, shape)
        near("dx", dx, goal)


@check("layers.affine_backward", weight=3, after="layers.affine_forward", hint=OWN_SHAPE)
def affine_dx_pictures(student, rng):
    """dx for pictures, in x's own shape"""
    for shape in ((3, 2, 5), (5, 2, 3, 2), (1, 3, 1, 2)):
        (dx, *_), (goal, *_) = affine_gradients(student, rng, shape)
        near(f"dx for x of shape {shape}", dx, goal)


@check("layers.affine_backward", weight=3, after="layers.affine_forward", hint=PRODUCT)
def affine_dw(student, rng):
    """dw"""
    for shape in SHAPES:
        (_, dw, _), (_, goal, _) = affine_gradients(student, rng, shape)
        near(f"dw for x of shape {shape}", dw, goal)


@check("layers.affine_backward", weight=3, after="layers.affine_forward", hint=DB)
def affine_db(student, rng):
    """db"""
    for shape, M in ((SHAPES[0], 3), (SHAPES[1], 4), ((1, 2), 3), ((3, 2), 1)):
        (_, _, db), (_, _, goal) = affine_gradients(student, rng, shape, M)
        near(f"db of {M} outputs", db, goal)


HELD = "lambda forward, *inputs: [list(forward(*inputs))]"  # the cache stays there, also where it is the input itself
BACK = "lambda backward, upstream, held: backward(upstream, held[1])"


def pure(student, forward, backward, upstream, **inputs):
    """Going back changes neither the upstream gradient nor, through the cache, the inputs; nor does it wear out."""
    kept = {name: student.keep(value) for name, value in inputs.items()}
    held = student.function(HELD)(forward, *kept.values())[0]

    def back(upstream):
        return student.function(BACK)(backward, upstream, held)

    first = expect.unchanged(student, back, PURE, upstream=upstream)
    for name, before in inputs.items():
        after = np.asarray(student.value(kept[name]))
        expect.true(np.array_equal(after, before), "was changed in place.", PURE, what=name)
    for one, other in zip(parts(first), parts(back(upstream)), strict=True):
        expect.close("the gradient at the second call with the same cache", other, one, hint=PURE)


def in_flight(forward, backward, upstream, first, second):
    """Two forward calls, then both backward calls: the same gradients as right after one's own forward."""
    alone = []
    for inputs in (first, second):
        _, cache = forward(*inputs)
        alone.append(parts(backward(upstream, cache)))
    caches = [forward(*inputs)[1] for inputs in (first, second)]
    for cache, goals in zip(caches, alone, strict=True):
        for got, goal in zip(parts(backward(upstream, cache)), goals, strict=True):
            what = "a gradient of the first of two layers of this kind"
            expect.close(what, got, goal, hint=FLIGHT)


def parts(got):
    """Gradients as a list, also a single one."""
    return list(got) if isinstance(got, tuple | list) else [got]


@check("layers.affine_backward", side=True, weight=2, after="layers.affine_forward", hint=FLIGHT)
def affine_in_flight(student, rng):
    """Two layers in one network: both forward calls, then both backward calls"""
    layers, upstream = student.layers, rng.standard_normal((4, 3))
    first, second = affine_inputs(rng, (4, 2, 3)), affine_inputs(rng, (4, 2, 3))
    in_flight(layers.affine_forward, layers.affine_backward, upstream, first, second)


@check("layers.affine_backward", side=True, after="layers.affine_forward", hint=PURE)
def affine_backward_unchanged(student, rng):
    """Inputs, upstream gradient and cache stay as they are"""
    x, w, b = affine_inputs(rng, (4, 2, 3))
    layers = student.layers
    pure(student, layers.affine_forward, layers.affine_backward, rng.standard_normal((4, 3)), x=x, w=w, b=b)


@check("layers.affine_backward", side=True, weight=0.5, after="layers.affine_forward", hint=KEEP)
def affine_backward_float32(student, rng):
    """float32 in, float32 out"""
    x, w, b = (value.astype(np.float32) for value in affine_inputs(rng, (4, 2, 3)))
    _, cache = student.layers.affine_forward(x, w, b)
    gradients = student.layers.affine_backward(rng.standard_normal((4, 3)).astype(np.float32), cache)
    for name, got, variable in zip(("dx", "dw", "db"), gradients, (x, w, b), strict=True):
        expect.array(name, got, variable.shape, np.float32)


def derived(gradient, few, many):
    """Right where slopes are few, a gradient is also right, and in time, where they are many."""

    def right(size):
        try:
            got, goal = gradient(size)
            return np.shape(got) == goal.shape and np.allclose(got, goal, 1e-4, 1e-6)
        except StudentError as error:
            if error.kind == "exception":
                return False
            raise

    several = [right(size) for size in (few, few + 3)]
    expect.true(right(many) or not all(several), "is right for few numbers only.", what="the gradient")


@check("layers.affine_backward", gate=True, side=True, weight=0.01, seconds=6, hint=COST)
def affine_is_derived(student, rng):
    """The gradients are derived, not measured: 200,000 weights"""

    def gradient(D):
        x, w, b = affine_inputs(rng, (2, D), 10)
        upstream = rng.standard_normal((2, 10))
        _, cache = student.layers.affine_forward(x, w, b)
        return student.layers.affine_backward(upstream, cache)[1], np.einsum("nm,nd->md", upstream, x)

    derived(gradient, 3, 20_000)


@check("layers.relu_forward", weight=2, hint="Entry by entry, whatever the shape.")
def relu_values(student, rng):
    """Arrays of one to four dimensions, large numbers among them"""
    for shape in ((5,), *SHAPES):
        x = rng.standard_normal(shape) * 10.0 ** rng.integers(-3, 5, shape)
        out, _ = student.layers.relu_forward(x)
        near(f"out for x of shape {shape}", out, np.where(x > 0, x, 0.0))


@check("layers.relu_forward", side=True, hint=PURE)
def relu_unchanged(student, rng):
    """The input stays as it is"""
    x = rng.standard_normal((4, 5))
    expect.unchanged(student, lambda x: student.layers.relu_forward(x), PURE, x=x)


@check("layers.relu_backward", weight=3, after="layers.relu_forward", hint=SLOPE)
def relu_backward_values(student, rng):
    """Upstream gradients of both signs, zeros among them"""
    for shape in ((5,), *SHAPES):
        x, upstream = rng.standard_normal(shape), 3 * rng.standard_normal(shape)
        upstream[rng.random(shape) < 0.2] = 0.0
        _, cache = student.layers.relu_forward(x)
        dx = student.layers.relu_backward(upstream, cache)
        near(f"dx for x of shape {shape}", dx, np.heaviside(x, 0.5) * upstream)


@check("layers.relu_backward", after="layers.relu_forward", hint="Any slope from 0 to 1 is right at zero.")
def relu_at_zero(student, rng):
    """Inputs that are exactly zero"""
    x = np.array([[0.0, -0.0, 1.0], [-2.0, 0.0, 3.0]])
    upstream = np.array([[4.0, -5.0, 6.0], [7.0, 8.0, -9.0]])
    _, cache = student.layers.relu_forward(x)
    dx = expect.array("dx", student.layers.relu_backward(upstream, cache), x.shape, "float")
    slopes = dx / upstream
    near("slopes beside zero", slopes[x != 0], [1.0, 0.0, 1.0])
    expect.true(np.all((slopes >= 0) & (slopes <= 1)), "is not from 0 to 1.", what="a slope at zero")


@check("layers.relu_backward", side=True, weight=2, after="layers.relu_forward", hint=FLIGHT)
def relu_in_flight(student, rng):
    """Two layers in one network: both forward calls, then both backward calls"""
    layers, x = student.layers, rng.standard_normal((4, 5))
    in_flight(layers.relu_forward, layers.relu_backward, rng.uniform(1, 2, (4, 5)), (x,), (-x,))


@check("layers.relu_backward", side=True, after="layers.relu_forward", hint=PURE)
def relu_backward_unchanged(student, rng):
    """Input, upstream gradient and cache stay as they are"""
    layers, upstream = student.layers, rng.standard_normal((4, 5))
    pure(student, layers.relu_forward, layers.relu_backward, upstream, x=rng.standard_normal((4, 5)))


def softmax_oracle(x, y):
    """Loss and gradient, with the log-sum-exp folded class by class."""
    x, truth = np.asarray(x, float), np.arange(x.shape[1]) == np.asarray(y)[:, None]
    logs = x - np.logaddexp.reduce(x, axis=1)[:, None]
    return -logs[truth].mean(), (np.exp(logs) - truth) / len(x)


def svm_oracle(x, y):
    """Loss and gradient, pair by pair."""
    loss, dx = 0.0, np.zeros(x.shape)
    for i, label in enumerate(y):
        for j in set(range(x.shape[1])) - {int(label)}:
            gap = 1 + float(x[i, j]) - float(x[i, label])
            if gap > 0:
                loss += gap / len(x)
                dx[i, j] += 1 / len(x)
                dx[i, label] -= 1 / len(x)
    return loss, dx


def score_sets(rng):
    """Names, scores and labels: usual and unusual sizes."""
    yield "9 examples, 5 classes", 2 * rng.standard_normal((9, 5)), rng.permutation(np.arange(9) % 5)
    yield "one example", rng.standard_normal((1, 4)), np.array([2])
    yield "two classes", rng.standard_normal((6, 2)), rng.integers(0, 2, 6)
    yield "labels 1 and 2 of 0 … 5", rng.standard_normal((8, 6)), rng.permutation(np.arange(8) % 2 + 1)
    yield "as many examples as classes", rng.standard_normal((4, 4)), rng.integers(0, 4, 4)


def losses(loss_of, rng, oracle):
    """The loss at every set of scores."""
    for name, x, y in score_sets(rng):
        near(f"loss, {name}", loss_of(x, y)[0], oracle(x, y)[0], SIZES)


def gradients(loss_of, rng, oracle):
    """The gradient at every set of scores; finite differences look for a mistake's name."""
    for name, x, y in score_sets(rng):
        _, dx = loss_of(x, y)
        try:
            near(f"dx, {name}", dx, oracle(x, y)[1])
        except CheckFailed:
            expect.gradient(
                "dx", lambda x, y=y: loss_of(x, y)[0], x, dx, variable="x", rng=rng, batch_size=len(x)
            )
            raise


def extremes(loss_of, rng, oracle):
    """Scores of up to 10,000, answers right and wildly wrong, all examples at once and each alone."""
    x = rng.uniform(-1e4, 1e4, (12, 4))
    y = np.r_[x[:6].argmax(axis=1), x[6:].argmin(axis=1)]
    lifted = np.r_[rng.standard_normal((3, 4)) + 1e4, rng.standard_normal((3, 4)) - 1e4]
    for scores, labels in ((x, y), (x[-1:], y[-1:]), (lifted, rng.integers(0, 4, 6))):
        (loss, dx), (goal, slopes) = loss_of(scores, labels), oracle(scores, labels)
        expect.number("loss", loss, goal, rtol=1e-5, atol=5e-3)  # float32 leaves so much of 10,000
        expect.close("dx", dx, slopes, atol=2e-4)


def loss_is_derived(loss_of, rng, oracle):
    """80,000 slopes; few enough classes for one-hot labels by way of an identity matrix."""

    def gradient(C):
        x, y = rng.standard_normal((10, C)), np.arange(10) % 3
        return loss_of(x, y)[1], oracle(x, y)[1]

    derived(gradient, 3, 8_000)


@check("layers.softmax_loss", weight=2, hint="The loss is the log of the sum of exp, minus the right score.")
def softmax_losses(student, rng):
    """The loss, for unusual sizes too"""
    losses(student.layers.softmax_loss, rng, softmax_oracle)


@check("layers.softmax_loss", weight=3, hint="Probability, less one for the right class; then the mean.")
def softmax_gradients(student, rng):
    """The gradient, for unusual sizes too"""
    gradients(student.layers.softmax_loss, rng, softmax_oracle)


@check("layers.softmax_loss", weight=3, hint=SHIFT)
def softmax_extremes(student, rng):
    """Scores of up to 10,000"""
    extremes(student.layers.softmax_loss, rng, softmax_oracle)


@check("layers.softmax_loss", side=True, hint=PURE)
def softmax_unchanged(student, rng):
    """Scores and labels stay as they are"""
    x, y = rng.standard_normal((5, 3)), rng.integers(0, 3, 5)
    expect.unchanged(student, lambda x, y: student.layers.softmax_loss(x, y), PURE, x=x, y=y)


@check("layers.softmax_loss", gate=True, side=True, weight=0.01, seconds=6, hint=COST)
def softmax_is_derived(student, rng):
    """The gradient is derived, not measured: 8,000 classes"""
    loss_is_derived(student.layers.softmax_loss, rng, softmax_oracle)


@check("layers.svm_loss", weight=2, hint=PULL)
def svm_losses(student, rng):
    """The loss, for unusual sizes too"""
    losses(student.layers.svm_loss, rng, svm_oracle)


@check("layers.svm_loss", weight=3, hint=PULL)
def svm_gradients(student, rng):
    """The gradient, for unusual sizes too"""
    gradients(student.layers.svm_loss, rng, svm_oracle)


@check("layers.svm_loss", hint=PULL)
def svm_extremes(student, rng):
    """Scores of up to 10,000"""
    extremes(student.layers.svm_loss, rng, svm_oracle)


@check("layers.svm_loss", hint=TIES)
def svm_ties(student, rng):
    """Classes exactly at the margin, whichever slope is taken there"""
    x, y = (
        np.array([[2.0, 1.0, 2.0, 0.0], [3.0, 4.0, 3.0, 4.5], [0.0, -1.0, -1.0, -1.0]]),
        np.array([0, 1, 0]),
    )
    loss, dx = student.layers.svm_loss(x, y)
    expect.number("loss", loss, (1.0 + 1.5) / 3)
    pulls = 3 * expect.array("dx", dx, x.shape, "float")
    sure = {(0, 2): 1.0, (0, 3): 0.0, (1, 3): 1.0}
    for place, goal in sure.items():
        expect.number(f"3 · dx[{place[0]}, {place[1]}]", pulls[place], goal, rtol=1e-5, atol=1e-6)
    tied = np.array([pulls[0, 1], pulls[1, 0], pulls[1, 2], *pulls[2, 1:]])
    expect.true(np.all((tied > -1e-6) & (tied < 1 + 1e-6)), "is not from 0 to 1.", what="the slope at a tie")
    expect.close("the sums of the rows of dx", pulls.sum(axis=1), np.zeros(3), atol=1e-5)


@check("layers.svm_loss", side=True, hint=PURE)
def svm_unchanged(student, rng):
    """Scores and labels stay as they are"""
    x, y = rng.standard_normal((5, 3)), rng.integers(0, 3, 5)
    expect.unchanged(student, lambda x, y: student.layers.svm_loss(x, y), PURE, x=x, y=y)


@check("layers.svm_loss", gate=True, side=True, weight=0.01, seconds=6, hint=COST)
def svm_is_derived(student, rng):
    """The gradient is derived, not measured: 8,000 classes"""
    loss_is_derived(student.layers.svm_loss, rng, svm_oracle)
