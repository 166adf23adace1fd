"""Short checks of what was carried over from homework 3. They bring no points; the nets of this homework need them."""

import numpy as np

from labkit.checks import check, expect

HOME = "This function is from homework 3. Look at its checks there, or carry it over again (section 0 of the notebook)."


def both(result, count=2):
    """The things that a function returns, as a list."""
    return expect.items("what is returned", result, count, "things", stacked=False)


@check("layers.affine_forward", hint=HOME)
def affine_by_hand(student, rng):
    """By hand: two examples, three inputs, two outputs"""
    x, w, b = (
        np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]),
        np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]]),
        np.array([10.0, 20.0]),
    )
    out, _ = both(student.layers.affine_forward(x, w, b))
    expect.close("out", out, np.array([[17.0, 21.0], [12.0, 19.0]]))


@check("layers.affine_forward", hint=HOME)
def affine_pictures(student, rng):
    """Pictures are flattened"""
    x, w, b = rng.standard_normal((4, 2, 3, 1)), rng.standard_normal((5, 6)), rng.standard_normal(5)
    flat, _ = both(student.layers.affine_forward(x.reshape(4, 6), w, b))
    out, _ = both(student.layers.affine_forward(x, w, b))
    expect.close("out", out, expect.array("out", flat, (4, 5), "float"))


@check("layers.affine_backward", after="layers.affine_forward", hint=HOME)
def affine_gradients(student, rng):
    """dx, dw and db agree with finite differences"""
    x, w, b = rng.standard_normal((4, 2, 3)), rng.standard_normal((5, 6)), rng.standard_normal(5)
    expect.layer(student.layers.affine_forward, student.layers.affine_backward, rng, x=x, w=w, b=b)


@check("layers.relu_forward", hint=HOME)
def relu_by_hand(student, rng):
    """By hand: negative numbers become zero"""
    out, _ = both(student.layers.relu_forward(np.array([[-1.5, 2.0, 0.0], [3.0, -0.1, 7.0]])))
    expect.close("out", out, np.array([[0.0, 2.0, 0.0], [3.0, 0.0, 7.0]]))


@check("layers.relu_backward", after="layers.relu_forward", hint=HOME)
def relu_gradient(student, rng):
    """dx agrees with finite differences"""
    x = rng.uniform(0.1, 2, (4, 5)) * rng.choice([-1.0, 1.0], (4, 5))
    expect.layer(student.layers.relu_forward, student.layers.relu_backward, rng, x=x)


def loss_gradient(student, rng, name):
    """The gradient of a loss with respect to the scores."""
    x, y = 2 * rng.standard_normal((5, 4)), rng.integers(0, 4, 5)
    _, dx = both(getattr(student.layers, name)(x, y))
    expect.gradient("dx", lambda scores: getattr(student.layers, name)(scores, y)[0], x, dx, rng=rng)


@check("layers.softmax_loss", hint=HOME)
def softmax_of_equal_scores(student, rng):
    """Equal scores, even huge ones, cost log C"""
    for size in (0.0, 10_000.0):
        loss, _ = both(student.layers.softmax_loss(np.full((3, 7), size), np.array([0, 6, 2])))
        expect.number("loss", loss, np.log(7))


@check("layers.softmax_loss", hint=HOME)
def softmax_gradient(student, rng):
    """dx agrees with finite differences"""
    loss_gradient(student, rng, "softmax_loss")


@check("layers.svm_loss", hint=HOME)
def svm_by_hand(student, rng):
    """By hand: one margin is violated"""
    loss, _ = both(student.layers.svm_loss(np.array([[3.0, 2.5, 0.0], [0.0, 5.0, 1.0]]), np.array([0, 1])))
    expect.number("loss", loss, 0.25)


@check("layers.svm_loss", hint=HOME)
def svm_gradient(student, rng):
    """dx agrees with finite differences"""
    loss_gradient(student, rng, "svm_loss")


LAYERS = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
)


@check("fc_net.plain", after=LAYERS, hint=HOME)
def plain_parameters(student, rng):
    """Weights and biases of three layers, and nothing else"""
    net = student.fc_net.FullyConnectedNet([6, 4], 5, 3, rng=np.random.default_rng(1))
    params = net.params
    shapes = {"W1": (6, 5), "b1": (6,), "W2": (4, 6), "b2": (4,), "W3": (3, 4), "b3": (3,)}
    expect.true(set(params) == set(shapes), "has other names.", what="params", got=sorted(params))
    for name, shape in shapes.items():
        expect.array(name, params[name], shape, np.float32)


@check("fc_net.plain", after=LAYERS, hint=HOME)
def plain_gradients(student, rng):
    """Every gradient agrees with finite differences"""
    X, y = rng.standard_normal((4, 5)), rng.integers(0, 3, 4)
    net = student.fc_net.FullyConnectedNet(
        [6, 4],
        5,
        3,
        reg=0.3,
        weight_scale=0.5,
        rng=np.random.default_rng(1),
        dtype=student.function("lambda: np.float64")(),
    )
    params = {name: value + 0.1 for name, value in net.params.items()}
    net.params = params
    _, grads = both(net.loss(X, y))
    for name in params:

        def loss(value, name=name):
            net.params = {**params, name: value}
            return net.loss(X, y)[0]

        expect.gradient(f"gradient of {name}", loss, params[name], grads[name], rng=rng)


@check("fc_net.plain", after=LAYERS, hint=HOME)
def plain_penalty(student, rng):
    """The penalty is half of reg times the sum of all squared weights"""
    X, y, losses = rng.standard_normal((4, 5)), rng.integers(0, 3, 4), []
    for reg in (0.0, 0.8):
        net = student.fc_net.FullyConnectedNet(
            [6],
            5,
            3,
            reg=reg,
            weight_scale=0.5,
            rng=np.random.default_rng(1),
            dtype=student.function("lambda: np.float64")(),
        )
        losses.append(float(net.loss(X, y)[0]))
    squares = sum(float(np.sum(net.params[name] ** 2)) for name in ("W1", "W2"))
    expect.number("the penalty", losses[1] - losses[0], 0.4 * squares)
