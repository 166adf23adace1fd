"""Checks of what computational_graphs.ipynb asks for: worked numbers, properties, and gradients against finite differences."""

import numpy as np

from labkit.checks import check, expect

BACK = "Draw the graph, write the upstream gradient at every wire, and go from right to left."
NAMES = ("w0", "x0", "w1", "x1", "w2")


GATES = (
    "gates.Multiply",
    "gates.Add",
    "gates.Negate",
    "gates.Exp",
    "gates.AddConstant",
    "gates.Inverse",
    "gates.Sigmoid",
)


@check("graphs.neuron", weight=0.1, after=GATES, hint=BACK)
def lecture_neuron(student, rng):
    """w = (2, −3, −3), x = (−1, −2): the numbers of the lecture, to three digits"""
    f, slopes = student.notebook.neuron(2.0, -1.0, -3.0, -2.0, -3.0)
    expect.true(len(slopes) == 5, "should be five numbers.", what="the gradients", got=slopes)
    expect.number("f", f, 0.731, 0, 6e-4)
    for name, got, goal in zip(NAMES, slopes, (-0.197, 0.393, -0.393, -0.590, 0.197), strict=True):
        expect.number(f"the gradient of {name}", got, goal, 0, 6e-4)


@check("graphs.neuron", weight=0.1, after=GATES, hint=BACK)
def neuron_slopes(student, rng):
    """Gradients against finite differences of your own f"""
    for _ in range(3):
        numbers = rng.uniform(-1.2, 1.2, 5)
        _, slopes = student.notebook.neuron(*map(float, numbers))
        for place, (name, got) in enumerate(zip(NAMES, slopes, strict=False)):
            step = 1e-5 * (np.arange(5) == place)
            up, down = (student.notebook.neuron(*map(float, numbers + sign * step))[0] for sign in (1, -1))
            expect.number(f"the gradient of {name}", got, (up - down) / 2e-5, 1e-5, 1e-8)


@check(
    "graphs.squared_length", hint="What reaches f through one entry of W? And what through one entry of x?"
)
def lecture_length(student, rng):
    """The example above: f = 0.116"""
    f, dW, dx = student.notebook.squared_length(np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4]))
    expect.several(
        lambda: expect.number("f", f, 0.116),
        lambda: expect.close("dW", dW, [[0.088, 0.176], [0.104, 0.208]]),
        lambda: expect.close("dx", dx, [-0.112, 0.636]),
    )


@check("graphs.squared_length", weight=2, hint="A gradient has the shape of its variable.")
def length_slopes(student, rng):
    """W of shape (3, 5): gradients against finite differences"""
    W, x = rng.standard_normal((3, 5)), rng.standard_normal(5)
    _, dW, dx = student.notebook.squared_length(W, x)
    expect.several(
        lambda: expect.gradient("dW", lambda W: np.sum((W @ x) ** 2), W, dW, rng=rng),
        lambda: expect.gradient("dx", lambda x: np.sum((W @ x) ** 2), x, dx, rng=rng),
    )


ENGINE = (
    "autograd.backward", "autograd.arithmetic", "autograd.unbroadcast", "autograd.elementwise", "autograd.reductions",
    "autograd.pick",
)  # fmt: skip


def compare_loss(student, scores, labels, goal, rtol=1e-6):
    """The loss and the gradient that the student's engine finds for it."""
    leaf = student.autograd.Tensor(scores, requires_grad=True)
    loss = student.notebook.cross_entropy(leaf, labels)
    data = np.asarray(loss.data)
    expect.number("the loss", data.reshape(()) if data.size == 1 else data, goal[0], rtol, 1e-9)
    loss.backward()
    expect.true(
        leaf.grad is not None,
        "is None: the way from the loss to the scores is broken.",
        what="scores.grad",
        hint="Which step uses .data, and so leaves the graph?",
    )
    expect.close("scores.grad", leaf.grad, goal[1], rtol, 1e-9)


@check(
    "graphs.cross_entropy",
    weight=0.1,
    after=ENGINE,
    hint="Scores log 1 and log 3: probabilities 1/4 and 3/4.",
)
def worked_loss(student, rng):
    """Scores log 1 and log 3, worked by hand"""
    scores, labels = np.log([[1.0, 3.0], [1.0, 3.0]]), np.array([1, 0])
    compare_loss(student, scores, labels, (np.log(16 / 3) / 2, np.array([[0.125, -0.125], [-0.375, 0.375]])))


@check(
    "graphs.cross_entropy",
    weight=0.1,
    after=ENGINE,
    hint="Is it a mean over the examples, and does every step stay in the graph?",
)
def loss_slopes(student, rng):
    """The gradient, against finite differences of the loss"""
    scores, labels = rng.standard_normal((5, 3)), rng.integers(0, 3, 5)

    def loss_at(scores):
        return np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(5), labels])

    slopes = np.zeros((5, 3))
    for place in np.ndindex(5, 3):
        step = np.zeros((5, 3))
        step[place] = 1e-5
        slopes[place] = (loss_at(scores + step) - loss_at(scores - step)) / 2e-5
    compare_loss(student, scores, labels, (loss_at(scores), slopes), rtol=1e-5)


@check(
    "graphs.cross_entropy",
    weight=0.1,
    after=ENGINE,
    hint="Which number may be subtracted from all scores of an example?",
)
def large_scores(student, rng):
    """Scores [5000, 4900, 4950] are no trouble"""
    scores, labels = np.array([[5000.0, 4900.0, 4950.0], [-5000.0, -5000.0, -5100.0]]), np.array([2, 0])
    goal = np.array([[0.5, 0.0, -0.5], [-0.25, 0.25, 0.0]])
    compare_loss(student, scores, labels, ((50 + np.log(2)) / 2, goal))


def two_counts(student, sizes):
    """What `multiplications` returns, as two integers."""
    got = student.notebook.multiplications(list(sizes))
    return expect.items("what multiplications returns", got, 2, of="numbers")


PRODUCTS = "Write the shapes of the Jacobians side by side, and set the brackets of each of the two orders."


@check("graphs.multiplications", hint=PRODUCTS)
def counted_by_hand(student, rng):
    """Lengths 4, 3, 2, 1: 32 forwards and 18 backwards"""
    forward, backward = two_counts(student, [4, 3, 2, 1])
    expect.several(
        lambda: expect.number("forward", forward, 32),
        lambda: expect.number("backward", backward, 18),
    )


@check("graphs.multiplications", hint="The transposed product is the same chain, seen from its other end.")
def mirrored(student, rng):
    """The chain in the opposite order exchanges the two counts"""
    for count in (3, 5, 8):
        sizes = [int(n) for n in rng.integers(2, 50, count)]
        there, back = two_counts(student, sizes), two_counts(student, sizes[::-1])
        expect.number(f"forward for {sizes}, against backward for the mirrored chain,", there[0], back[1])
        expect.number(f"backward for {sizes}, against forward for the mirrored chain,", there[1], back[0])
        expect.true(there[0] > 0 and there[1] > 0, "should be positive.", what="both counts", got=there)


@check(
    "graphs.multiplications",
    weight=0.5,
    hint="With two Jacobians there is one product; with one there is none.",
)
def short_chains(student, rng):
    """One or two Jacobians: the order makes no difference"""
    for sizes, goal in (([5, 3, 2], 30), ([7, 4], 0)):
        forward, backward = two_counts(student, sizes)
        expect.number(f"forward for {sizes}", forward, goal)
        expect.number(f"backward for {sizes}", backward, goal)


@check(
    "graphs.relu_memory", hint="How many entries has the Jacobian of a function from 6 numbers to 6 numbers?"
)
def small_jacobian(student, rng):
    """2 examples of 3 numbers: 36 entries, a mask of 6"""
    jacobian, mask = expect.items(
        "what relu_memory returns", student.notebook.relu_memory(2, 3), 2, of="numbers"
    )
    expect.several(
        lambda: expect.number("jacobian", jacobian, 144, 0),
        lambda: expect.number("mask", mask, 6, 0),
    )


TWO_PATHS = "W is used twice. Give the two uses different names, derive both gradients, and add them."


@check("graphs.autoencoder", hint="With W = (1, 0): x̂ keeps the first number of x and loses the second.")
def one_unit(student, rng):
    """W = (1, 0), x = (2, 3): a loss of 4.5"""
    loss, dW = student.notebook.autoencoder(np.array([[1.0, 0.0]]), np.array([2.0, 3.0]))
    expect.several(
        lambda: expect.number("loss", loss, 4.5),
        lambda: expect.close("dW", dW, [[0.0, -6.0]]),
    )


@check("graphs.autoencoder", weight=3, hint=TWO_PATHS)
def autoencoder_slopes(student, rng):
    """W of shape (3, 5): the gradient against finite differences of the loss"""
    W, x = 0.6 * rng.standard_normal((3, 5)), rng.standard_normal(5)
    _, dW = student.notebook.autoencoder(W, x)
    expect.gradient("dW", lambda W: 0.5 * np.sum((W.T @ (W @ x) - x) ** 2), W, dW, rng=rng)


SWISH = ("dW1", "db1", "dW2", "db2")


def swish_scores(X, W1, b1, W2, b2):
    """The scores of the network, by tanh."""
    A = X @ W1.T + b1
    return (A * (1 + np.tanh(A / 2)) / 2) @ W2.T + b2


def swish_case(rng, N=6, D=4, H=5, C=3):
    """A network, a batch and an upstream gradient."""
    shapes = ((N, D), (H, D), (H,), (C, H), (C,), (N, C))
    return [rng.standard_normal(shape) for shape in shapes]


def four(student, case):
    """The four gradients that the student's function returns."""
    got = student.notebook.swish_gradients(*case)
    return expect.items("what swish_gradients returns", got, 4, of="arrays")


@check("graphs.swish", hint="At a = 0, swish is 0 and its slope is ½.")
def swish_at_zero(student, rng):
    """One example, one unit, a = 0: a slope of one half"""
    one = np.ones((1, 1))
    got = four(student, [2 * one, 0 * one, np.zeros(1), 3 * one, np.zeros(1), one])
    goals = ([[3.0]], [1.5], [[0.0]], [1.0])
    expect.several(
        *(
            lambda name=n, got=g, goal=w: expect.close(name, got, goal)
            for n, g, w in zip(SWISH, got, goals, strict=True)
        )
    )


@check(
    "graphs.swish",
    weight=4,
    hint="Shapes first; then the slope of swish, which needs a itself as well as σ(a).",
)
def swish_slopes(student, rng):
    """Sizes 6, 4, 5, 3: all four gradients against finite differences"""
    case = swish_case(rng)
    X, *parameters, upstream = case
    got = four(student, case)

    def slope(place):
        def scores(value):
            return swish_scores(X, *(value if i == place else one for i, one in enumerate(parameters)))

        expect.gradient(SWISH[place], scores, parameters[place], got[place], upstream=upstream, rng=rng)

    expect.several(*(lambda place=place: slope(place) for place in range(4)))


def likelihood(X, Y, alpha, beta):
    """The log-likelihood, by the eigenvalues of K."""
    values, vectors = np.linalg.eigh(alpha * X @ X.T + np.eye(len(X)) / beta)
    return -0.5 * Y.shape[1] * np.log(values).sum() - 0.5 * np.sum((vectors.T @ Y) ** 2 / values[:, None])


@check("graphs.gplvm", hint="K is symmetric and X stands in it twice: where does the 2 come from?")
def gplvm_slopes(student, rng):
    """5 examples in 2 dimensions: the gradient against finite differences"""
    X, Y = rng.standard_normal((5, 2)), rng.standard_normal((5, 3))
    L, dX = student.notebook.gplvm(X, Y, 0.7, 1.9)
    expect.several(
        lambda: expect.number("L", L, likelihood(X, Y, 0.7, 1.9)),
        lambda: expect.gradient("dX", lambda X: likelihood(X, Y, 0.7, 1.9), X, dX, rng=rng),
    )
