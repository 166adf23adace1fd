"""Hidden checks of batch and layer normalization: the definition in long double, for small batches and awkward numbers, and the notebook's functions."""

import numpy as np

from labkit.checks import CheckFailed, check, expect

TRAIN = "Mean and variance over the batch, one number for each feature. What does eps belong to, and when do gamma and beta come?"
RUNNING = "What does the docstring say the running averages become, and from which two numbers?"
TEST = "In test mode nothing may depend on the batch. Which mean and variance are used instead, and what is done after it?"
STABLE = (
    "A variance is a mean of squared distances. Does yours subtract two large numbers, or divide by zero?"
)
PRECISION = "Which number or array in the formula is float64? A Python float leaves float32 as it is."
LAYER = "Layer normalization looks at one example at a time: over which axis, and with which shape?"
PASSES = (
    "lambda forward, batches, gamma, beta, param: "
    "([forward(x, gamma, beta, param)[0] for x in batches], param.get('running_mean'), param.get('running_var'))"
)
BATCH, LAYERED = "layers.batchnorm_forward", "layers.layernorm_forward"


def standardized(x, eps, axis=0):
    """Oracle: (x_hat, mean, variance), from all pairs of entries, in long double."""
    wide = np.moveaxis(np.asarray(x, np.longdouble), axis, 0)
    offset = wide[:1]
    deviations = wide - offset - np.add.reduce(wide - offset) / len(wide)
    variance = np.einsum("nd,nd->d", deviations, deviations) / len(wide)
    mean = offset[0] + np.add.reduce(wide - offset) / len(wide)
    return np.moveaxis(deviations * (variance + eps) ** -0.5, 0, axis), mean, variance


def numbers(rng, N, D):
    """x, gamma and beta."""
    return (
        2.0 * rng.standard_normal((N, D)) + rng.uniform(1, 3, D),
        rng.uniform(0.5, 2, D),
        rng.standard_normal(D),
    )


def passes(student, batches, gamma, beta, **param):
    """Several forward passes with the same dict: all outputs, and the running mean and variance after them."""
    result = student.function(PASSES)(student.layers.batchnorm_forward, list(batches), gamma, beta, param)
    return [result[0][i] for i in range(len(batches))], row(result[1]), row(result[2])


def row(average):
    """A running average without an axis of length 1 in front."""
    shape = np.shape(average) if isinstance(average, np.ndarray) else ()
    return average.reshape(shape[1:]) if len(shape) == 2 and shape[0] == 1 else average


def trained(student, x, gamma, beta, rtol=1e-6, atol=1e-8, **param):
    """The output in training against the oracle's."""
    out = student.layers.batchnorm_forward(x, gamma, beta, {"mode": "train", **param})[0]
    x_hat, _, _ = standardized(x, param.get("eps", 1e-5))
    expect.close("out", out, (gamma * x_hat + beta).astype(float), rtol, atol, dtype="float")


@check(BATCH, weight=2, hint=TRAIN)
def train_values(student, rng):
    """Training, small batches of several sizes"""
    for N, D, param in ((2, 5, {}), (3, 1, {"eps": 0.5}), (9, 4, {"momentum": 0.3}), (1, 3, {})):
        trained(student, *numbers(rng, N, D), **param)


@check(BATCH, weight=1, hint="Where is eps added: to the variance, to its root, or after the division?")
def train_eps(student, rng):
    """Training, features that hardly vary: eps decides"""
    x, gamma, beta = numbers(rng, 6, 4)
    trained(student, 1e-3 * x, gamma, beta)
    trained(student, 1e-2 * x, gamma, beta, eps=0.5)


@check(BATCH, weight=0.5, hint=STABLE)
def train_stable(student, rng):
    """Training, numbers around 10,000 and a constant feature"""
    x, gamma, beta = numbers(rng, 8, 3)
    trained(student, 1e4 + 0.1 * x, gamma, beta, rtol=1e-4, atol=1e-5)
    x[:, 1] = 7.3
    trained(student, x, gamma, beta, rtol=1e-5, atol=1e-6)


def averages(batches, momentum, mean, var):
    """Oracle: running averages after these batches, from the weights of all of them."""
    T = len(batches)
    weights = [(1 - momentum) * momentum ** (T - 1 - t) for t in range(T)]
    moments = [standardized(x, 1e-5)[1:] for x in batches]
    means = momentum**T * mean + sum(w * m for w, (m, _) in zip(weights, moments, strict=True))
    return np.asarray(means, float), np.asarray(
        momentum**T * var + sum(w * v for w, (_, v) in zip(weights, moments, strict=True)), float
    )


@check(BATCH, weight=1.5, hint=RUNNING)
def running_mean_steps(student, rng):
    """The running mean after several batches of different sizes"""
    for start, param in ((rng.standard_normal(3), {"momentum": 0.7}), (np.zeros(3), {})):
        batches = [numbers(rng, N, 3)[0] for N in (4, 2, 7, 5)]
        given = {"running_mean": start, "running_var": np.ones(3)} if param else {}
        _, mean, _ = passes(student, batches, np.ones(3), np.zeros(3), mode="train", **param, **given)
        expect.close(
            "running_mean", mean, averages(batches, param.get("momentum", 0.9), start, np.ones(3))[0]
        )


@check(BATCH, weight=1.5, hint=RUNNING)
def running_var_steps(student, rng):
    """The running variance after several batches of different sizes"""
    for start, param in ((rng.uniform(1, 3, 3), {"momentum": 0.7}), (np.zeros(3), {})):
        batches = [numbers(rng, N, 3)[0] for N in (4, 2, 7, 5)]
        given = {"running_mean": np.ones(3), "running_var": start} if param else {}
        _, _, var = passes(student, batches, np.ones(3), np.zeros(3), mode="train", **param, **given)
        expect.close("running_var", var, averages(batches, param.get("momentum", 0.9), np.ones(3), start)[1])


@check(BATCH, weight=1.5, hint=TEST)
def test_values(student, rng):
    """Test mode uses the running averages, the scales and the shifts"""
    for N, D, param in ((5, 3, {}), (1, 4, {"eps": 0.5})):
        x, gamma, beta = numbers(rng, N, D)
        mean, var = rng.standard_normal(D), rng.uniform(0.01, 3, D)
        given = {"mode": "test", "running_mean": mean, "running_var": var, **param}
        out = student.layers.batchnorm_forward(x, gamma, beta, given)[0]
        goal = [
            [(a - m) / (v + param.get("eps", 1e-5)) ** 0.5 for a, m, v in zip(row, mean, var, strict=True)]
            for row in x
        ]
        expect.close("out", out, np.array(goal) * gamma + beta, dtype="float")


@check(BATCH, weight=2, hint="What does the docstring say is updated in test mode?")
def test_updates_nothing(student, rng):
    """Test mode leaves the running averages alone, and gives the same for a part of the batch"""
    x, gamma, beta = numbers(rng, 6, 3)
    mean, var = rng.standard_normal(3), rng.uniform(0.5, 3, 3)
    outs, new_mean, new_var = passes(
        student, [x, x[2:4], x], gamma, beta, mode="test", running_mean=mean, running_var=var
    )
    expect.close("out of a part of the batch", outs[1], np.asarray(outs[0])[2:4])
    expect.close("out of the second time", outs[2], outs[0])
    expect.close("out", outs[0], gamma * (x - mean) * (var + 1e-5) ** -0.5 + beta)
    expect.close("running_mean after test mode", new_mean, mean)
    expect.close("running_var after test mode", new_var, var)


@check(BATCH, side=True, weight=0.5, hint=PRECISION)
def forward_precision(student, rng):
    """float32 stays float32"""
    x, gamma, beta = (a.astype(np.float32) for a in numbers(rng, 6, 3))
    outs, mean, var = passes(student, [x], gamma, beta, mode="train")
    goal = gamma * standardized(x, 1e-5)[0].astype(float) + beta
    expect.close("out", outs[0], goal, 1e-4, 1e-5, dtype=np.float32)
    param = {"mode": "test", "running_mean": np.float32(mean), "running_var": np.float32(var)}
    expect.array(
        "out in test mode", student.layers.batchnorm_forward(x, gamma, beta, param)[0], (6, 3), np.float32
    )


@check(LAYERED, weight=2, hint=LAYER)
def layer_values(student, rng):
    """Small examples of several sizes"""
    for N, D, param in ((5, 2, {}), (1, 3, {"eps": 0.5}), (4, 9, {}), (3, 1, {}), (4, 4, {"eps": 0.1})):
        x, gamma, beta = numbers(rng, N, D)
        out = student.layers.layernorm_forward(x, gamma, beta, param)[0]
        expect.close(
            "out",
            out,
            (gamma * standardized(x, param.get("eps", 1e-5), 1)[0] + beta).astype(float),
            dtype="float",
        )


@check(LAYERED, weight=0.5, hint=STABLE)
def layer_stable(student, rng):
    """Features that hardly vary, and numbers around 10,000"""
    x, gamma, beta = numbers(rng, 4, 6)
    for values, tolerance in ((1e-3 * x, 1e-6), (1e4 + 0.1 * x, 1e-4)):
        out = student.layers.layernorm_forward(values, gamma, beta, {})[0]
        expect.close(
            "out",
            out,
            (gamma * standardized(values, 1e-5, 1)[0] + beta).astype(float),
            tolerance,
            tolerance / 10,
        )


@check(LAYERED, side=True, weight=0.3, hint=PRECISION)
def layer_precision(student, rng):
    """float32 stays float32, and the arguments stay as they were"""
    x, gamma, beta = (a.astype(np.float32) for a in numbers(rng, 3, 6))

    def forward(x, gamma, beta):
        return student.layers.layernorm_forward(x, gamma, beta, {})

    out = expect.unchanged(student, forward, x=x, gamma=gamma, beta=beta)[0]
    goal = gamma * standardized(x, 1e-5, 1)[0].astype(float) + beta
    expect.close("out", out, goal, 1e-4, 1e-5, dtype=np.float32)


@check("batchnorm.undo", weight=2, hint="What does out = gamma * x_hat + beta need, to be x again?")
def undo_values(student, rng):
    """Scales and shifts for other batches"""
    for N, D, eps in ((2, 3, 0.5), (7, 4, 1e-5)):
        x = numbers(rng, N, D)[0]
        got, (_, mean, var) = student.notebook.undo(x, eps), standardized(x, eps)
        expect.close("gamma", got[0], np.asarray((var + eps) ** 0.5, float))
        expect.close("beta", got[1], np.asarray(mean, float))


@check("batchnorm.after_steps", weight=2, hint="Do two steps on paper, then see what three would be.")
def steps_values(student, rng):
    """Other numbers of steps"""
    for start, batch, momentum, steps in ((3.0, -2.0, 0.9, 10), (0.0, 5.0, 0.25, 2), (1.5, 4.0, 0.99, 0)):
        expect.number(
            "the average",
            student.notebook.after_steps(start, batch, momentum, steps),
            batch + (start - batch) * momentum**steps,
        )


@check(
    "batchnorm.redundant",
    weight=1,
    hint="Which layers have a normalization above them, and over what does it take the mean?",
)
def redundant_values(student, rng):
    """Deeper nets, and all kinds"""
    for layers in (2, 3, 5):
        for kind in ("batchnorm", "layernorm", None):
            goal = {f"b{layer}" for layer in range(1, layers)} if kind == "batchnorm" else set()
            got = student.function("sorted")(student.notebook.redundant(layers, kind))
            expect.true(
                set(got) == goal,
                f"is not right with {layers} layers and {kind}.",
                what="redundant(…)",
                got=got,
            )


@check(
    "batchnorm.fold",
    weight=2,
    hint="Put z = W x + b into gamma (z - mean) / root + beta, and collect what multiplies x.",
)
def fold_values(student, rng):
    """Weights and bias of the folded layer"""
    W, b = rng.standard_normal((4, 7)), rng.standard_normal(4)
    (gamma, var), (beta, mean) = rng.uniform(0.5, 2, (2, 4)), rng.standard_normal((2, 4))
    got = student.notebook.fold(W, b, gamma, beta, mean, var, 0.3)
    scale = np.diag(gamma * (var + 0.3) ** -0.5)
    for name, value, goal in zip(
        ("W", "b"), (got[0], got[1]), (scale @ W, scale @ (b - mean) + beta), strict=True
    ):
        try:
            expect.close(name, value, goal)
        except CheckFailed as failure:
            raise CheckFailed(*failure.findings) from None


@check("batchnorm.fold", side=True, weight=0.3, hint="The network is still needed: make new arrays.")
def fold_looks_only(student, rng):
    """The arguments stay as they are"""
    arrays = {name: rng.uniform(0.5, 2, 4) for name in ("b", "gamma", "beta", "mean", "var")}
    call = student.notebook.fold
    expect.unchanged(
        student,
        lambda W, b, gamma, beta, mean, var: call(W, b, gamma, beta, mean, var, 0.3),
        W=rng.standard_normal((4, 7)),
        **arrays,
    )
