"""Checks of the fully connected networks: worked numbers and gradient checks."""

from itertools import pairwise

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

AFFINE = ("layers.affine_forward", "layers.relu_forward")
ALL = (*AFFINE, "layers.affine_backward", "layers.relu_backward", "layers.softmax_loss")
ORDER = "Follow one example: which function is applied to it first, which next, and which last?"
NAMES = "One W and one b for each layer, numbered from 1. W has a row for each output of its layer."
PENALTY = (
    "The penalty is half of reg times the sum of all squared weights. What does it add to each gradient?"
)
BACK = "Go back in the opposite order; each layer gets the gradient that the layer after it hands down."


def network(student, params, reg=0.0):
    """A student's network with these parameters, in float64: a two-layer net, or one with a list of hidden layers."""
    sizes = [params["W1"].shape[1], *(len(params[f"b{layer}"]) for layer in range(1, len(params) // 2 + 1))]
    settings = {"reg": reg, "weight_scale": 0.1, "rng": np.random.default_rng(1)}
    settings["dtype"] = student.function("lambda: np.float64")()
    model = student.fc_net.FullyConnectedNet(sizes[1:-1], sizes[0], sizes[-1], **settings)
    model.params = {name: np.array(value) for name, value in params.items()}
    return model


def two_layers(student, params, reg=0.0):
    """A student's two-layer network with these parameters, in float64."""
    settings = {"reg": reg, "weight_scale": 0.1, "rng": np.random.default_rng(1)}
    settings["dtype"] = student.function("lambda: np.float64")()
    (H, D), C = params["W1"].shape, len(params["b2"])
    model = student.fc_net.TwoLayerNet(D, H, C, **settings)
    model.params = {name: np.array(value) for name, value in params.items()}
    return model


def parameters(rng, *sizes):
    """Random parameters of a network with these sizes, from input to classes."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.standard_normal((outputs, inputs)) / np.sqrt(inputs / 2)
        params[f"b{layer}"] = 0.3 * rng.standard_normal(outputs)
    return params


def layers_hold(student, rng):
    """Raises where the student's own layers are not right; then a network made of them cannot be."""
    layers, x = student.layers, rng.uniform(0.2, 2, (3, 2)) * rng.choice([-1.0, 1.0], (3, 2))
    out, _ = layers.affine_forward(x, np.array([[2.0, -1.0]]), np.array([0.5]))
    expect.close("out", out, 2 * x[:, :1] - x[:, 1:] + 0.5)
    expect.close("out", layers.relu_forward(x)[0], (x + np.abs(x)) / 2)
    w, b = rng.standard_normal((4, 2)), rng.standard_normal(4)
    expect.layer(layers.affine_forward, layers.affine_backward, rng, x=x, w=w, b=b)
    expect.layer(layers.relu_forward, layers.relu_backward, rng, x=x)
    y = np.array([0, 1, 1])
    expect.gradient("dx", lambda scores: layers.softmax_loss(scores, y)[0], x, layers.softmax_loss(x, y)[1])


def unless_layers_fail(student, rng, attempt):
    """A failure that comes from the student's own layers takes no points here: they are taken there."""
    try:
        attempt()
    except CheckFailed as failure:
        try:
            layers_hold(student, rng)
        except (CheckFailed, StudentError, TypeError, ValueError):
            raise CheckFailed(*failure.findings, credit=1.0) from None
        raise CheckFailed(*failure.findings) from None


def plain(student, grads):
    """A dictionary of gradients by value."""
    expect.true(
        not isinstance(grads, tuple | list), "should be a dictionary.", what="the gradients", got=grads
    )
    return student.function("lambda grads: dict(grads)")(grads)


def follow_the_loss(student, rng, build, params, reg):
    """The gradients are those of the loss that the same method returns; any that is not takes all the points."""
    unless_layers_fail(student, rng, lambda: slopes(student, rng, build, params, reg))


def slopes(student, rng, build, params, reg):
    """Each gradient against finite differences."""
    N = 5
    X, y = rng.standard_normal((N, params["W1"].shape[1])), rng.integers(0, 2, N)
    model = build(student, params, reg)
    _, grads = model.loss(X, y)
    grads = plain(student, grads)

    def loss_at(name, value):
        model.params = {**{key: np.array(one) for key, one in params.items()}, name: value}
        return model.loss(X, y)[0]

    for name, value in params.items():
        expect.true(name in grads, "has no gradient.", NAMES, what=name, got=sorted(grads))
        expect.gradient(
            f"the gradient of {name}",
            lambda at, name=name: loss_at(name, at),
            value,
            grads[name],
            variable=name,
            rng=rng,
            batch_size=N,
            reg=reg,
        )


def starts(model, sizes):
    """Names, shapes and biases of a fresh network."""
    params = dict(model.params)
    known = {f"{kind}{layer}" for kind in "Wb" for layer in range(1, len(sizes))}
    for name in sorted(set(params) - known):
        expect.true(False, "is in params, but belongs to no layer.", what=name, got=sorted(params))
    for layer in range(1, len(sizes)):
        for name, shape in ((f"W{layer}", (sizes[layer], sizes[layer - 1])), (f"b{layer}", (sizes[layer],))):
            expect.true(name in params, "is missing from params.", what=name, got=sorted(params))
            expect.array(name, params[name], shape, np.float32)
        expect.close(f"b{layer}", params[f"b{layer}"], np.zeros(sizes[layer]))


@check("fc_net.two_layer", hint=NAMES)
def two_layer_start(student, rng):
    """Names and shapes of the parameters; biases of zero"""
    starts(student.fc_net.TwoLayerNet(7, 5, 3, rng=rng), (7, 5, 3))


@check("fc_net.two_layer", after=AFFINE, hint=ORDER)
def two_layer_by_hand(student, rng):
    """One input, two hidden units, two classes, to check by hand"""
    params = {
        "W1": np.array([[1.0], [-1.0]]),
        "b1": np.array([0.5, 0.5]),
        "W2": np.array([[2.0, 0.0], [-1.0, 3.0]]),
        "b2": np.array([-4.0, 1.0]),
    }
    model = two_layers(student, params)
    scores = model.loss(np.array([[1.0], [-2.0], [0.0]]))
    goal = [[-1.0, -0.5], [-4.0, 8.5], [-3.0, 2.0]]
    unless_layers_fail(student, rng, lambda: expect.close("the scores of x = 1, -2 and 0", scores, goal))


@check("fc_net.two_layer", after=ALL, hint=BACK)
def two_layer_slopes(student, rng):
    """Gradient check without regularization"""
    follow_the_loss(student, rng, two_layers, parameters(rng, 4, 6, 3), 0.0)


@check("fc_net.two_layer", weight=2, after=ALL, hint=PENALTY)
def two_layer_slopes_with_penalty(student, rng):
    """Gradient check with regularization"""
    follow_the_loss(student, rng, two_layers, parameters(rng, 4, 6, 3), 0.7)


@check("fc_net.deep", hint=NAMES)
def deep_start(student, rng):
    """Names and shapes of the parameters with three hidden layers and with one; biases of zero"""
    starts(student.fc_net.FullyConnectedNet([6, 5, 4], 7, 3, rng=rng), (7, 6, 5, 4, 3))
    starts(student.fc_net.FullyConnectedNet([5], 7, 3, rng=rng), (7, 5, 3))


@check("fc_net.deep", after=AFFINE, hint=ORDER)
def deep_by_hand(student, rng):
    """Three layers, to check by hand"""
    params = {
        "W1": np.array([[1.0], [-1.0], [2.0]]),
        "b1": np.array([0.0, 1.0, -1.0]),
        "W2": np.array([[1.0, 1.0, -1.0], [-1.0, 2.0, 0.0]]),
        "b2": np.array([0.0, 1.0]),
        "W3": np.array([[1.0, -2.0]]),
        "b3": np.array([0.25]),
    }
    scores = network(student, params).loss(np.array([[0.5], [2.0], [-1.0]]))
    goal = [[-1.75], [0.25], [-7.75]]
    unless_layers_fail(student, rng, lambda: expect.close("the scores of x = 0.5, 2 and -1", scores, goal))


@check("fc_net.deep", after=ALL, hint=BACK)
def deep_slopes(student, rng):
    """Gradient check with three hidden layers, and with one"""
    for sizes in ((4, 6, 5, 4, 3), (4, 5, 3)):
        follow_the_loss(student, rng, network, parameters(rng, *sizes), 0.0)


@check("fc_net.deep", weight=2, after=ALL, hint=PENALTY)
def deep_slopes_with_penalty(student, rng):
    """Gradient check with regularization"""
    follow_the_loss(student, rng, network, parameters(rng, 4, 5, 6, 3), 0.7)
