"""Hidden checks of the derivations in computational_graphs.ipynb, and that gradients were derived and not measured."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

DERIVED = "Type the formula that you derived; thousands of losses for one gradient take too long."
ONLY_LOOK = "Only look at the arguments: work on copies."


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


@check("graphs.squared_length", gate=True, side=True, weight=0.01, seconds=8, hint=DERIVED)
def length_is_derived(student, rng):
    """The gradient is derived, not measured: 300,000 weights"""

    def case(M, D):
        W, x = rng.standard_normal((M, D)) / D, rng.standard_normal(D)
        q = W @ x
        return lambda: student.notebook.squared_length(W, x), q @ q, 2 * q[:, None] * x, 2 * q @ W

    derived(lambda: case(2, 3), lambda: case(100, 3000))


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
    """The arguments stay as they are"""
    W, x = rng.standard_normal((3, 4)), rng.standard_normal(4)
    _, dW = expect.unchanged(student, lambda W, x: student.notebook.autoencoder(W, x), W=W, x=x)
    expect.array("dW", dW, (3, 4), "float")


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
    got = expect.items("what swish_gradients returns", got, 4, of="arrays")
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
    """The arguments stay as they are"""
    names = ("X", "W1", "b1", "W2", "b2", "upstream")
    case = dict(zip(names, swish_case(rng, 4, 3, 5, 2), strict=True))
    call = student.notebook.swish_gradients
    got = expect.unchanged(student, lambda **arrays: call(*(arrays[name] for name in names)), **case)
    got = expect.items("what swish_gradients returns", got, 4, of="arrays")
    for name, one, shape in zip(SWISH, got, ((5, 3), (5,), (2, 5), (2,)), strict=True):
        expect.array(name, one, shape, "float")


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
