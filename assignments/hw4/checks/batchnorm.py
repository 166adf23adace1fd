"""Checks of batch and layer normalization, of the net that uses them, and of the functions of batchnorm.ipynb."""

import numpy as np

from labkit.checks import CheckFailed, Finding, check, expect
from labkit.gradcheck.returned import type_name

TRAIN = "Mean and variance over the batch, one number for each feature. What does eps belong to, and when do gamma and beta come?"
RUNNING = "What does the docstring say the running averages become, and from which two numbers?"
TEST = "In test mode nothing may depend on the batch. Which mean and variance are used instead, and what is done after it?"
DX = "x acts on the output on three paths: itself, through mu and through var. Is one of them missing, or a sum along it?"
SHARED = "All examples share gamma and beta."
LAYER = "Layer normalization looks at one example at a time: over which axis, and with which shape?"
NET = "Affine, normalization, ReLU; the last layer has no normalization. Which parameters does a normalization bring along?"
YIELD = "Is there a yield where a return belongs?"
PASSES = (
    "lambda forward, batches, gamma, beta, param: "
    "([forward(x, gamma, beta, param)[0] for x in batches], param.get('running_mean'), param.get('running_var'))"
)

STEADY = (
    "lambda norm, x, one, zero, param: "
    "[norm(x, one, zero, param)[0], norm(x, one, zero, param)[0], norm(x[1:2], one, zero, param)[0]]"
)
NAMES = "lambda names: sorted(names) if all(isinstance(name, str) for name in names) else None"


def passes(student, batches, gamma, beta, **param):
    """Several forward passes with the same dict: all outputs, and the running mean and variance after them."""
    run = student.function(PASSES)
    result = run(student.layers.batchnorm_forward, list(batches), gamma, beta, param)
    outs = [result[0][i] for i in range(len(batches))]
    return outs, row(result[1]), row(result[2])


def row(average):
    """A running average as (D,). Kept as (1, D) it does as well: it is broadcast over the batch all the same."""
    return (
        average[0] if isinstance(average, np.ndarray) and average.ndim == 2 and len(average) == 1 else average
    )


def normalized(student, name, x, gamma, beta, param):
    """Output and cache of a forward function."""
    result = getattr(student.layers, f"{name}_forward")(x, gamma, beta, param)
    return pair(result, f"{name}_forward(…)")


def pair(result, what="what is returned", of="things"):
    """The two things that a function returns."""
    hint = YIELD if type_name(result) == "generator" else None
    return expect.items(what, result, 2, of, hint, stacked=of == "arrays")


def numbers(rng, N, D):
    """x, gamma and beta, none of them near the values that make mistakes invisible."""
    x = 2.0 * rng.standard_normal((N, D)) + rng.uniform(1, 3, D)
    return x, rng.uniform(0.5, 2, D), rng.standard_normal(D)


@check("layers.batchnorm_forward", weight=1, hint=TRAIN)
def train_by_hand(student, rng):
    """Training by hand: two examples, eps 3"""
    x, gamma, beta = np.array([[1.0, 0.0], [3.0, 2.0]]), np.array([4.0, -2.0]), np.array([1.0, 5.0])
    out, _ = normalized(student, "batchnorm", x, gamma, beta, {"mode": "train", "eps": 3.0})
    expect.close("out", out, np.array([[-1.0, 6.0], [3.0, 4.0]]))


@check("layers.batchnorm_forward", weight=1, hint=TRAIN)
def train_moments(student, rng):
    """In training, feature j has the mean beta[j] and the standard deviation gamma[j] afterwards"""
    x, gamma, beta = numbers(rng, 6, 4)
    out, _ = normalized(student, "batchnorm", x, gamma, beta, {"mode": "train", "eps": 1e-12})
    expect.array("out", out, x.shape, "float")
    expect.close("mean of each feature", out.mean(axis=0), beta, 1e-5, 1e-7)
    expect.close("standard deviation of each feature", out.std(axis=0), gamma, 1e-5, 1e-7)


@check("layers.batchnorm_forward", weight=1, hint=RUNNING)
def running_by_hand(student, rng):
    """Running averages by hand: two steps with momentum ¾"""
    batches = np.array([[[1.0], [3.0]], [[-3.0], [5.0]]])
    start = {"running_mean": np.array([4.0]), "running_var": np.array([8.0])}
    _, mean, var = passes(student, batches, np.ones(1), np.zeros(1), mode="train", momentum=0.75, **start)
    expect.close("running_mean", mean, np.array([2.875]))  # 4 -> 3.5 -> 2.875
    expect.close("running_var", var, np.array([8.6875]))  # 8 -> 6.25 -> 8.6875


@check("layers.batchnorm_forward", weight=1, hint=TEST)
def test_by_hand(student, rng):
    """Test mode by hand: running mean 1, running variance 8, eps 1"""
    param = {"mode": "test", "eps": 1.0, "running_mean": np.array([1.0]), "running_var": np.array([8.0])}
    out, _ = normalized(
        student, "batchnorm", np.array([[4.0], [-5.0]]), np.array([2.0]), np.array([3.0]), param
    )
    expect.close("out", out, np.array([[5.0], [-1.0]]))


@check("layers.batchnorm_forward", weight=1, hint=TEST)
def test_after_training(student, rng):
    """After many steps with one batch, test mode gives what training gave"""
    x, gamma, beta = numbers(rng, 7, 3)
    trained, mean, var = passes(student, [x] * 60, gamma, beta, mode="train", momentum=0.5)
    mean, var = (
        expect.array(f"running_{name}", a, (3,), "float") for name, a in (("mean", mean), ("var", var))
    )
    param = {"mode": "test", "running_mean": mean, "running_var": var}
    out, _ = normalized(student, "batchnorm", x, gamma, beta, param)
    expect.close("out in test mode", out, trained[-1], 1e-6, 1e-8)


@check("layers.batchnorm_forward", side=True, weight=0.5)
def arguments_stay(student, rng):
    """The arguments x, gamma and beta stay as they were"""
    x, gamma, beta = numbers(rng, 5, 3)

    def forward(x, gamma, beta):
        return student.layers.batchnorm_forward(x, gamma, beta, {"mode": "train"})

    out, _ = pair(expect.unchanged(student, forward, x=x, gamma=gamma, beta=beta))
    expect.array("out", out, (5, 3), "float")


def gradients(student, rng, forward, backward, param, which, shape=(6, 4)):
    """Some gradients of a normalization against finite differences of the student's own forward function."""
    x, gamma, beta = numbers(rng, *shape)
    out, _ = normalized(student, forward.removesuffix("_forward"), x, gamma, beta, dict(param))
    out = expect.array(f"out of {forward}", out, shape)
    expect.true(np.ptp(out, axis=0).max() > 1e-6, "does not depend on x.", what=f"out of {forward}")
    inputs = {"x": x, "gamma": gamma, "beta": beta, "param": param}
    functions = getattr(student.layers, forward), getattr(student.layers, backward)
    expect.layer(
        *functions, rng, hint=DX if which == ("x",) else SHARED, options={"differentiate": which}, **inputs
    )


BATCH = "layers.batchnorm_forward"


@check("layers.batchnorm_backward", weight=1, after=BATCH, hint=SHARED)
def shared_gradients(student, rng):
    """dgamma and dbeta agree with finite differences"""
    gradients(student, rng, "batchnorm_forward", "batchnorm_backward", {"mode": "train"}, ("gamma", "beta"))


@check("layers.batchnorm_backward", weight=2, after=BATCH, hint=DX)
def input_gradient(student, rng):
    """dx agrees with finite differences"""
    gradients(student, rng, "batchnorm_forward", "batchnorm_backward", {"mode": "train", "eps": 0.3}, ("x",))


@check("layers.batchnorm_backward_fast", weight=0.2, after=(BATCH, "layers.batchnorm_backward"), hint=DX)
def fast_agrees(student, rng):
    """The same gradients as batchnorm_backward"""
    x, gamma, beta = numbers(rng, 8, 5)
    upstream = rng.standard_normal(x.shape)
    results = []
    for name in ("batchnorm_backward", "batchnorm_backward_fast"):
        _, cache = normalized(student, "batchnorm", x, gamma, beta, {"mode": "train"})
        result = getattr(student.layers, name)(upstream, cache)
        results.append(expect.items(f"{name}(…)", result, 3, "gradients"))
    expect.true(
        np.any(results[0][0]), "is zero everywhere: nothing to agree with.", what="dx of batchnorm_backward"
    )
    for name, slow, fast in zip(("dx", "dgamma", "dbeta"), *results, strict=True):
        expect.close(name, fast, slow, 1e-6, 1e-9)


@check("layers.batchnorm_backward_fast", weight=1, after=BATCH, hint=DX)
def fast_input_gradient(student, rng):
    """dx, dgamma and dbeta agree with finite differences"""
    which = ("x", "gamma", "beta")
    gradients(student, rng, "batchnorm_forward", "batchnorm_backward_fast", {"mode": "train"}, which)


@check("layers.layernorm_forward", weight=1, hint=LAYER)
def layer_by_hand(student, rng):
    """By hand: two examples with two features, eps 3"""
    x, gamma, beta = (
        np.array([[1.0, 3.0], [10.0, 8.0], [0.0, 2.0]]),
        np.array([4.0, -2.0]),
        np.array([1.0, 5.0]),
    )
    out, _ = normalized(student, "layernorm", x, gamma, beta, {"eps": 3.0})
    expect.close("out", out, np.array([[-1.0, 4.0], [3.0, 6.0], [-1.0, 4.0]]))


@check("layers.layernorm_forward", weight=1, hint=LAYER)
def layer_alone(student, rng):
    """One example alone gives what it gives within a batch"""
    x, gamma, beta = numbers(rng, 5, 4)
    together, _ = normalized(student, "layernorm", x, gamma, beta, {})
    expect.array("out", together, x.shape, "float")
    expect.true(np.ptp(together) > 0.1, "is the same everywhere.", what="out")
    for row in range(5):
        alone, _ = normalized(student, "layernorm", x[row : row + 1], gamma, beta, {})
        expect.close(f"out of example {row} alone", alone, together[row : row + 1])


@check("layers.layernorm_backward", weight=1, after="layers.layernorm_forward", hint=SHARED)
def layer_shared_gradients(student, rng):
    """dgamma and dbeta agree with finite differences"""
    gradients(student, rng, "layernorm_forward", "layernorm_backward", {}, ("gamma", "beta"))


@check("layers.layernorm_backward", weight=2, after="layers.layernorm_forward", hint=DX)
def layer_input_gradient(student, rng):
    """dx agrees with finite differences"""
    gradients(student, rng, "layernorm_forward", "layernorm_backward", {"eps": 0.3}, ("x",))


CARRIED = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
    "fc_net.plain",
)
OF_BATCH = (*CARRIED, BATCH, "layers.batchnorm_backward", "layers.batchnorm_backward_fast")
OF_LAYER = (*CARRIED, "layers.layernorm_forward", "layers.layernorm_backward")
ALL = tuple(dict.fromkeys((*OF_BATCH, *OF_LAYER)))


def network(student, rng, normalization, **options):
    """A small net in float64 with scales, shifts and biases that are not what they start as."""
    settings = {
        "input_dim": 5,
        "num_classes": 3,
        "weight_scale": 0.5,
        "dtype": student.function("lambda: np.float64")(),
        **options,
    }
    seed = np.random.default_rng(int(rng.integers(1000)))
    net = student.fc_net.FullyConnectedNet([6, 4], normalization=normalization, rng=seed, **settings)
    params = dict(net.params)
    for name, value in params.items():
        if not name.startswith("W"):
            params[name] = value + rng.uniform(0.2, 0.9, value.shape) * (-1) ** np.arange(len(value))
    net.params = params
    return net, params


@check("fc_net.batchnorm", weight=0.5, hint=NET)
def net_parameters(student, rng):
    """Scales of one and shifts of zero, for every layer but the last"""
    make = student.fc_net.FullyConnectedNet
    for kind in ("batchnorm", "layernorm"):
        net = make([6, 4], 5, 3, normalization=kind, rng=np.random.default_rng(1))
        params = net.params
        extra = {name for name in params if name[:1] not in "Wb" or name.startswith("beta")}
        wanted = {"gamma1", "beta1", "gamma2", "beta2"}
        expect.true(
            extra == wanted,
            f"are not those of two hidden layers ({kind}).",
            what="scales and shifts",
            got=sorted(extra),
        )
        for layer, size in ((1, 6), (2, 4)):
            expect.close(f"gamma{layer}", params[f"gamma{layer}"], np.ones(size))
            expect.close(f"beta{layer}", params[f"beta{layer}"], np.zeros(size))


@check("fc_net.batchnorm", weight=0.5, after=ALL, hint=NET)
def net_gradients(student, rng):
    """Every gradient of the net agrees with finite differences, with both normalizations"""
    X, y = rng.standard_normal((7, 5)), rng.integers(0, 3, 7)
    for kind in ("batchnorm", "layernorm"):
        net, params = network(student, rng, kind, reg=0.3)
        loss_here, grads = pair(net.loss(X, y))
        elsewhere = [float(net.loss(rng.standard_normal((7, 5)), y)[0]) for _ in range(3)]
        expect.true(
            max(abs(other - float(loss_here)) for other in elsewhere) > 1e-9,
            "does not depend on X.",
            what=f"the loss with {kind}",
        )
        for name in ("gamma1", "beta1", "gamma2", "beta2", "W1", "W3", "b3"):

            def loss(value, name=name, net=net, params=params):
                net.params = {**params, name: value}
                return net.loss(X, y)[0]

            expect.gradient(f"gradient of {name} with {kind}", loss, params[name], grads[name], rng=rng)


@check(
    "fc_net.batchnorm", side=True, weight=0.3, after=ALL, hint="X is still needed outside: make a new array."
)
def net_leaves_data(student, rng):
    """X stays as it is, in training and in test mode"""
    X, y = rng.standard_normal((5, 2, 3)), rng.integers(0, 3, 5)
    for kind in ("batchnorm", "layernorm"):
        net, _ = network(student, rng, kind, input_dim=6)
        loss = expect.unchanged(student, lambda X, net=net: net.loss(X, y), X=X)[0]
        expect.number("the loss at the second call", net.loss(X, y)[0], float(loss))
        expect.array(
            "scores", expect.unchanged(student, lambda X, net=net: net.loss(X), X=X), (5, 3), "float"
        )


def steady(student):
    """Whether the student's batch normalization in test mode is the same every time and for every batch."""
    x, one, zero = np.arange(6.0).reshape(3, 2) ** 2, np.ones(2), np.zeros(2)
    param = {"mode": "test", "running_mean": zero, "running_var": one}
    outs = student.function(STEADY)(student.layers.batchnorm_forward, x, one, zero, param)
    first, second, alone = (np.asarray(outs[i]) for i in range(3))
    return np.allclose(first, second) and np.allclose(first[1:2], alone)


@check(
    "fc_net.batchnorm", weight=0.5, after=OF_BATCH, hint="Which mode do the layers work in where y is None?"
)
def net_alone(student, rng):
    """In test mode an example's scores do not depend on the others, in training they do"""
    X, y = rng.standard_normal((8, 5)), rng.integers(0, 3, 8)
    net, _ = network(student, rng, "batchnorm")
    first = float(net.loss(X, y)[0])
    part = float(net.loss(X[:4], y[:4])[0] + net.loss(X[4:], y[4:])[0]) / 2
    expect.true(
        abs(part - first) > 1e-6,
        "does not depend on which examples share a batch.",
        what="the loss in training",
    )
    if not steady(student):
        problem = "batchnorm_forward does not work in test mode yet: nothing to compare with."
        raise CheckFailed(Finding("", problem), credit=1.0)
    for _ in range(40):  # until the running averages are those of the batch: then some units are on
        net.loss(X, y)
    scores = expect.array("scores", net.loss(X), (8, 3), "float")
    expect.true(np.ptp(scores, axis=0).max() > 1e-6, "are the same for all examples.", what="scores")
    expect.close("scores of one example alone", net.loss(X[2:3]), scores[2:3])
    expect.number("the loss after test mode", float(net.loss(X, y)[0]), first)


@check(
    "batchnorm.undo", weight=1, after=BATCH, hint="What does out = gamma * x_hat + beta need, to be x again?"
)
def undo_undoes(student, rng):
    """With these scales and shifts, your batch normalization gives x back"""
    for eps in (1e-5, 0.7):
        x, _, _ = numbers(rng, 9, 4)
        gamma, beta = pair(student.notebook.undo(x, eps), "undo(…)", "arrays")
        gamma, beta = expect.array("gamma", gamma, (4,), "float"), expect.array("beta", beta, (4,), "float")
        out, _ = normalized(student, "batchnorm", x, gamma, beta, {"mode": "train", "eps": eps})
        expect.close(f"the output with eps {eps:g}", out, x, 1e-6, 1e-7)


@check("batchnorm.after_steps", weight=1, hint="Do two steps on paper, then see what three would be.")
def average_steps(student, rng):
    """The same as taking the steps one by one"""
    for momentum, steps in ((0.9, 1), (0.5, 3), (0.99, 40)):
        start, batch = rng.standard_normal(2)
        running = start
        for _ in range(steps):
            running = momentum * running + (1 - momentum) * batch
        expect.number(
            f"after {steps} steps", student.notebook.after_steps(start, batch, momentum, steps), running
        )


@check(
    "batchnorm.redundant",
    weight=1,
    hint="A number that is added to a whole feature: what does the layer above it do with the mean?",
)
def redundant_names(student, rng):
    """A list of parameters of the net"""
    for layers in (2, 4):
        for kind in ("batchnorm", "layernorm", None):
            names = student.function(NAMES)(student.notebook.redundant(layers, kind))
            expect.true(names is not None, 'should be a list of names such as "W1".', what="redundant(…)")
            known = {f"{p}{l}" for l in range(1, layers + 1) for p in ("W", "b", "gamma", "beta")}
            expect.true(
                set(names) <= known, "has names that the net has not.", what="redundant(…)", got=names
            )


@check(
    "batchnorm.fold",
    weight=1,
    hint="Put z = W x + b into gamma (z - mean) / root + beta, and collect what multiplies x.",
)
def fold_by_hand(student, rng):
    """By hand: two units with one input, eps 1"""
    W, b = np.array([[2.0], [1.0]]), np.array([3.0, -1.0])
    gamma, beta = np.array([6.0, 2.0]), np.array([1.0, 0.5])
    mean, var = np.array([5.0, -3.0]), np.array([8.0, 15.0])
    folded_W, folded_b = pair(student.notebook.fold(W, b, gamma, beta, mean, var, 1.0), "fold(…)", "arrays")
    expect.close("W", folded_W, np.array([[4.0], [0.5]]))
    expect.close("b", folded_b, np.array([-3.0, 1.5]))
