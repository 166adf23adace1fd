"""Hidden checks of the gradients of batch and layer normalization: against the Jacobian, small and large batches."""

import numpy as np

from labkit.checks import StudentError, check, expect

PURE = "Is there a line such as a += … or a[…] = … in which a is upstream, or in the cache?"
DX = "x acts on the output on three paths: itself, through mu and through var. Is one of them missing, or a sum along it?"
CACHE = "Everything that a backward pass needs is in its own cache. Is anything kept outside of it?"
COST = "A backward pass costs about as much as a forward pass. Which formula did you derive?"
BATCH, LAYERED = "layers.batchnorm_forward", "layers.layernorm_forward"


def standardized(x, eps, axis=0):
    """Oracle: (x_hat, mean, variance), from all pairs of entries, in long double."""
    wide = np.moveaxis(np.asarray(x, np.longdouble), axis, 0)
    offset = wide[:1]
    deviations = wide - offset - np.add.reduce(wide - offset) / len(wide)
    variance = np.einsum("nd,nd->d", deviations, deviations) / len(wide)
    mean = offset[0] + np.add.reduce(wide - offset) / len(wide)
    return np.moveaxis(deviations * (variance + eps) ** -0.5, 0, axis), mean, variance


def jacobian(x, eps):
    """Oracle: d x_hat[i] / d x[k] of a vector, (n, n), by the quotient rule of (x - mu) / root."""
    n, (x_hat, _, variance) = len(x), standardized(x[:, None], eps)
    root = (variance[0] + eps) ** 0.5
    x_hat = x_hat[:, 0]
    return ((np.eye(n) - 1.0 / n) * root - np.outer(x_hat * root, x_hat / n)) / root**2


def slopes(x, gamma, upstream, eps, axis):
    """Oracle: dx, dgamma, dbeta."""
    x_hat, _, _ = standardized(x, eps, axis)
    weighted, dx = upstream * gamma, np.zeros_like(x)
    for i in range(x.shape[1 - axis]):
        place = (slice(None), i) if axis == 0 else (i, slice(None))
        dx[place] = weighted[place] @ jacobian(x[place], eps)
    return dx, np.einsum("nd,nd->d", upstream, x_hat).astype(float), np.einsum("nd->d", upstream)


def numbers(rng, N, D):
    """x, gamma and beta."""
    return (
        2.0 * rng.standard_normal((N, D)) + rng.uniform(1, 3, D),
        rng.uniform(0.5, 2, D),
        rng.standard_normal(D),
    )


def own(student, kind, x, gamma, beta, param):
    """Output of the student's own forward function."""
    return student.layers.__getattr__(f"{kind}norm_forward")(x, gamma, beta, dict(param))[0]


def is_true(student, kind, x, gamma, beta, param):
    """Whether the forward function gives what it should; the check of another question minds if not."""
    axis = 0 if kind == "batch" else 1
    goal = gamma * standardized(x, param.get("eps", 1e-5), axis)[0] + beta
    out = own(student, kind, x, gamma, beta, param)
    return (
        isinstance(out, np.ndarray)
        and out.shape == x.shape
        and np.allclose(out, goal.astype(float), 1e-6, 1e-8)
    )


def is_normalization(student, kind, x, gamma, beta, param):
    """Whether a wrong forward function at least does not notice another unit or origin of x."""
    gamma = np.ones_like(gamma)
    out = own(student, kind, x, gamma, beta, {**param, "eps": 1e-9})
    moved = own(student, kind, 3 * x + 2, gamma, beta, {**param, "eps": 1e-9})
    fine = (
        isinstance(out, np.ndarray)
        and out.shape == x.shape
        and np.ptp(out, axis=0 if kind == "batch" else 1).min() > 1e-3
    )
    return fine and np.allclose(out, moved, 1e-2, 1e-2)


def by_own_numbers(x, gamma, beta, out, upstream, axis):
    """The docstring's gradients, with x_hat and root as a wrong forward function has them."""
    x_hat, deviations = (out - beta) / gamma, x - x.mean(axis, keepdims=True)
    inverse = (x_hat * deviations).sum(axis, keepdims=True) / (deviations**2).sum(axis, keepdims=True)
    weighted = upstream * gamma
    along = weighted.mean(axis, keepdims=True) + x_hat * (weighted * x_hat).mean(axis, keepdims=True)
    return inverse * (weighted - along), (upstream * x_hat).sum(axis=0), upstream.sum(axis=0)


def backward(student, rng, name, kind, which, shape, gamma=None, **param):
    """Gradients against the oracle's, or against those of the student's own forward function where that is wrong."""
    x, scales, beta = numbers(rng, *shape)
    gamma, upstream = scales if gamma is None else gamma, rng.standard_normal(shape)
    given = {"mode": "train", **param} if kind == "batch" else dict(param)
    forward, function = getattr(student.layers, f"{kind}norm_forward"), getattr(student.layers, name)
    if kind == "batch" and len(x) == 1 and not np.isfinite(own(student, kind, x, gamma, beta, given)).all():
        return  # the forward function has lost its question for that; there is nothing to go back from
    if not is_true(student, kind, x, gamma, beta, given) and is_normalization(
        student, kind, x, gamma, beta, given
    ):
        got, out = (
            function(upstream, forward(x, gamma, beta, given)[1]),
            own(student, kind, x, gamma, beta, given),
        )
        if gamma.all():
            goals = by_own_numbers(x, gamma, beta, out, upstream, 0 if kind == "batch" else 1)
            if all(
                np.shape(got[i]) == goals[i].shape and np.allclose(got[i], goals[i], 1e-6, 1e-8)
                for i in which
            ):
                return
        options = {"differentiate": [("x", "gamma", "beta")[i] for i in which]}
        expect.layer(
            forward, function, rng, hint=DX, options=options, x=x, gamma=gamma, beta=beta, param=given
        )
        return
    got = function(upstream, forward(x, gamma, beta, given)[1])
    goals = slopes(x, gamma, upstream, param.get("eps", 1e-5), 0 if kind == "batch" else 1)
    for i in which:
        expect.close(("dx", "dgamma", "dbeta")[i], got[i], goals[i], 1e-6, 1e-8, dtype="float")


@check("layers.batchnorm_backward", weight=1, after=BATCH, hint="All examples share gamma and beta.")
def shared_values(student, rng):
    """dgamma and dbeta, other sizes"""
    backward(student, rng, "batchnorm_backward", "batch", (1, 2), (7, 3))
    backward(student, rng, "batchnorm_backward", "batch", (1, 2), (1, 4))


@check("layers.batchnorm_backward", weight=2, after=BATCH, hint=DX)
def input_values(student, rng):
    """dx against the Jacobian, other sizes"""
    for shape, param in (
        ((3, 5), {"eps": 0.5}),
        ((11, 3), {}),
        ((3, 1), {"eps": 0.1}),
        ((4, 4), {"momentum": 0.5}),
    ):
        backward(student, rng, "batchnorm_backward", "batch", (0,), shape, **param)


@check(
    "layers.batchnorm_backward",
    weight=0.5,
    after=BATCH,
    hint="Can gamma be zero or negative, and x constant? What is divided by what?",
)
def odd_values(student, rng):
    """dx with zero and negative scales, and one example"""
    backward(student, rng, "batchnorm_backward", "batch", (0, 1), (5, 3), gamma=np.array([0.0, -1.5, 2.0]))
    backward(student, rng, "batchnorm_backward", "batch", (0, 2), (1, 3), gamma=np.array([0.4, -1.5, 2.0]))


@check("layers.batchnorm_backward_fast", weight=2, after=BATCH, hint=DX)
def fast_values(student, rng):
    """All gradients against the Jacobian, other sizes"""
    for shape, param in (((3, 5), {"eps": 0.5}), ((11, 3), {}), ((3, 1), {"eps": 0.1})):
        backward(student, rng, "batchnorm_backward_fast", "batch", (0, 1, 2), shape, **param)
    backward(
        student, rng, "batchnorm_backward_fast", "batch", (0, 1), (5, 3), gamma=np.array([0.0, -1.5, 2.0])
    )


@check(
    "layers.batchnorm_backward_fast",
    gate=True,
    side=True,
    weight=0.01,
    hint="Which expression did you arrive at on paper? It goes here.",
)
def fast_is_its_own(student, rng):
    """The gradients do not come from batchnorm_backward"""
    layers, (x, gamma, beta) = student.layers, numbers(rng, 5, 3)
    upstream = rng.standard_normal(x.shape)

    def first():
        cache = layers.batchnorm_forward(x, gamma, beta, {"mode": "train"})[1]
        return np.asarray(layers.batchnorm_backward_fast(upstream, cache)[0])

    before, original = first(), layers.batchnorm_backward
    layers.batchnorm_backward = student.function("lambda *arguments, **named: (0.0, 0.0, 0.0)")
    try:
        same = np.array_equal(first(), before)
    except StudentError:
        same = False
    finally:
        layers.batchnorm_backward = original
    expect.true(same, "calls batchnorm_backward.", what="batchnorm_backward_fast")


@check("layers.layernorm_backward", weight=1, after=LAYERED, hint="All examples share gamma and beta.")
def layer_shared_values(student, rng):
    """dgamma and dbeta, other sizes"""
    for shape in ((7, 3), (1, 4), (4, 4)):
        backward(student, rng, "layernorm_backward", "layer", (1, 2), shape)


@check("layers.layernorm_backward", weight=2, after=LAYERED, hint=DX)
def layer_input_values(student, rng):
    """dx against the Jacobian, other sizes"""
    for shape, param in (((5, 3), {"eps": 0.5}), ((3, 11), {}), ((1, 3), {}), ((4, 4), {"eps": 0.1})):
        backward(student, rng, "layernorm_backward", "layer", (0,), shape, **param)
    backward(student, rng, "layernorm_backward", "layer", (0,), (3, 3), gamma=np.array([0.0, -1.5, 2.0]))


def pure(student, rng, name, kind):
    """upstream and what forward was given stay; a second call gives the same."""
    forward, function = getattr(student.layers, f"{kind}norm_forward"), getattr(student.layers, name)
    x, gamma, beta = numbers(rng, 7, 5)
    upstream = rng.standard_normal((7, 5))
    kept = [student.keep(a) for a in (x, gamma, beta)]
    cache = forward(*kept, {"mode": "train"})[1]
    got = expect.unchanged(student, lambda upstream: function(upstream, cache), upstream=upstream)
    again = function(upstream, cache)
    for i, label in enumerate(("dx", "dgamma", "dbeta")):
        expect.array(label, got[i], (x.shape, gamma.shape, beta.shape)[i], "float")
        expect.close(f"{label}, second call with the same cache", again[i], np.asarray(got[i]))
    for label, lent, before in zip(("x", "gamma", "beta"), kept, (x, gamma, beta), strict=True):
        expect.true(np.array_equal(student.value(lent), before), "was changed in place.", what=label)


def in_flight(student, rng, name, kind):
    """Backward passes after two forward passes give what each gives right after its own."""
    forward, function = getattr(student.layers, f"{kind}norm_forward"), getattr(student.layers, name)
    calls = [(numbers(rng, 6, 4), rng.standard_normal((6, 4))) for _ in "ab"]
    alone = []
    for inputs, upstream in calls:
        found = function(upstream, forward(*inputs, {"mode": "train"})[1])
        alone.append([np.asarray(found[i]) for i in range(3)])
    expect.true(not np.array_equal(alone[0][0], alone[1][0]), "is the same for other numbers.", what="dx")
    caches = [forward(*inputs, {"mode": "train"})[1] for inputs, _ in calls]
    for (_, upstream), cache, goals, which in zip(calls, caches, alone, ("first", "second"), strict=True):
        got = function(upstream, cache)
        for i, label in enumerate(("dx", "dgamma", "dbeta")):
            expect.close(f"{label} of the {which} forward pass, after both", got[i], goals[i])


def derived(student, rng, name, kind, few, many):
    """Right where slopes are few, dx is also right, and in time, where they are many."""
    forward, function = getattr(student.layers, f"{kind}norm_forward"), getattr(student.layers, name)

    def right(shape):
        x, gamma, beta = numbers(rng, *shape)
        upstream = rng.standard_normal(shape)
        try:
            got = function(upstream, forward(x, gamma, beta, {"mode": "train"})[1])[0]
        except StudentError as error:
            if error.kind == "exception":
                return False
            raise
        axis = 0 if kind == "batch" else 1
        goal = slopes(x, gamma, upstream, 1e-5, axis)[0] if shape == few else fast(x, gamma, upstream, axis)
        return isinstance(got, np.ndarray) and got.shape == shape and np.allclose(got, goal, 1e-4, 1e-6)

    expect.true(not right(few) or right(many), "is right for few numbers only.", what="dx")


def fast(x, gamma, upstream, axis):
    """Oracle for many numbers: the upstream gradient without its parts along 1 and along x_hat."""
    x_hat, _, variance = (a.astype(float) for a in standardized(x, 1e-5, axis))
    weighted = upstream * gamma
    for direction in (np.ones_like(x), x_hat):
        along = np.expand_dims((weighted * direction).mean(axis), axis)
        weighted = weighted - along * direction
    return weighted / np.sqrt(np.expand_dims(variance, axis) + 1e-5)


def side_conditions(name, kind, few, many):
    """What every backward function is asked besides its values."""

    @check(f"layers.{name}", side=True, weight=0.5, after=f"layers.{kind}norm_forward", hint=PURE)
    def backward_is_pure(student, rng):
        """Nothing is changed in place"""
        pure(student, rng, name, kind)

    @check(f"layers.{name}", weight=0.4, after=f"layers.{kind}norm_forward", hint=CACHE)
    def two_in_flight(student, rng):
        """Two forward passes, then their backward passes, each with its own cache"""
        in_flight(student, rng, name, kind)

    @check(f"layers.{name}", gate=True, side=True, weight=0.01, hint=COST)
    def backward_is_derived(student, rng):
        """The gradient is derived, not measured: 80,000 numbers"""
        derived(student, rng, name, kind, few, many)


side_conditions("batchnorm_backward", "batch", (4, 3), (2000, 40))
side_conditions("batchnorm_backward_fast", "batch", (4, 3), (2000, 40))
side_conditions("layernorm_backward", "layer", (3, 4), (40, 2000))
