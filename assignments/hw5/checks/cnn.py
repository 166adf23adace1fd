"""Checks of the convolutional network, and of the functions of cnn.ipynb."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect

SHAPES = "What does each layer hand to the next? Write down the sizes of one picture's numbers on the way up."
SCALE = "How many inputs does one output of a convolution have? Three numbers are multiplied."
NET = "Convolution, ReLU, pooling, affine, ReLU, affine, softmax. Then all of it backwards, each layer with its own cache."
PENALTY = "Half of reg times the sum of all squared weights: which three arrays, and what is its gradient?"
MOVE = "Which rows of the old picture are still to be seen, and where? What fills the rest?"
CARRIED = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
)
LAYERS = (
    *CARRIED,
    "conv_layers.conv_forward_fast",
    "conv_layers.conv_backward_fast",
    "conv_layer_utils.conv_relu_pool",
)


def network(student, **options):
    """A tiny net in float64, for pictures of two channels and 4 × 6 pixels."""
    settings = {"num_filters": 3, "filter_size": 3, "hidden_dim": 5, "num_classes": 4, **options}
    double = student.function("lambda: np.float64")()
    return student.cnn.ThreeLayerConvNet((2, 4, 6), rng=np.random.default_rng(1), dtype=double, **settings)


def away_from_zero(rng, params):
    """The same parameters with biases that are not zero."""
    return {
        name: value + rng.uniform(0.1, 0.3, value.shape) if name.startswith("b") else value
        for name, value in params.items()
    }


def pair(result):
    """Loss and gradients."""
    return expect.items(
        "what is returned", result, 2, "things", "They are the loss and a dict of gradients.", stacked=False
    )


def own_gradients(student, params, X, y):
    """The gradients that the student's own layers give in the right order; None where they do not run, or give none."""
    layers, conv = student.layers, student.conv_layers
    try:
        maps = conv.conv_forward_fast(X, params["W1"], params["b1"], {"stride": 1, "pad": 1})
        active = layers.relu_forward(maps[0])
        pooled = conv.max_pool_forward_fast(active[0], {"pool_height": 2, "pool_width": 2, "stride": 2})
        middle = layers.affine_forward(pooled[0], params["W2"], params["b2"])
        hidden = layers.relu_forward(middle[0])
        last = layers.affine_forward(hidden[0], params["W3"], params["b3"])
        top = layers.affine_backward(layers.softmax_loss(last[0], y)[1], last[1])
        low = layers.affine_backward(layers.relu_backward(top[0], hidden[1]), middle[1])
        down = layers.relu_backward(conv.max_pool_backward_fast(low[0], pooled[1]), active[1])
        filters = conv.conv_backward_fast(down, maps[1])
        found = {"W1": filters, "W2": low, "W3": top}
        if not all(np.any(grads[1]) for grads in found.values()):
            return None
        return {name: grads[1] for name, grads in found.items()} | {
            name.replace("W", "b"): grads[2] for name, grads in found.items()
        }
    except (StudentError, TypeError, ValueError, IndexError):
        return None


@check("cnn.init", weight=2, hint=SHAPES)
def shapes(student, rng):
    """Names and shapes, for pictures that are not square"""
    params = network(student).params
    wanted = {"W1": (3, 2, 3, 3), "b1": (3,), "W2": (5, 18), "b2": (5,), "W3": (4, 5), "b3": (4,)}
    expect.true(set(params) == set(wanted), "has other names.", what="params", got=sorted(params))
    for name, shape in wanted.items():
        expect.array(name, params[name], shape, np.float64)
        if name.startswith("b"):
            expect.close(name, params[name], np.zeros(shape))


@check("cnn.init", weight=1, hint=SCALE)
def scales(student, rng):
    """The weights' standard deviations: the one that is given, or He's"""
    for scale in (0.03, 0.0, None):
        params = student.cnn.ThreeLayerConvNet(
            (3, 8, 8), 60, 5, 50, 40, weight_scale=scale, rng=np.random.default_rng(2)
        ).params
        for name, inputs in (("W1", 75), ("W2", 960), ("W3", 50)):
            goal = np.sqrt(2 / inputs) if scale is None else scale
            found = params[name]
            expect.close(f"standard deviation of {name}", float(np.std(found)), goal, rtol=0.08)


@check("cnn.loss", gate=True, side=True, weight=0.01, after=(*LAYERS, "cnn.init"), hint=NET)
def looks_at_all(student, rng):
    """The scores differ between pictures, and change with W1, W2 and W3"""
    net, silent = network(student), ("W1", "W2", "W3")
    shapes = {"W1": (3, 2, 3, 3), "b1": (3,), "W2": (5, 18), "b2": (5,), "W3": (4, 5), "b3": (4,)}
    for _ in range(20):  # all hidden units of a draw may be off
        params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        X, net.params = rng.standard_normal((6, 2, 4, 6)), params
        scores = expect.array("scores", net.loss(X), (6, 4), "float")
        if np.ptp(scores, axis=0).max() < 1e-3:
            continue
        for name in silent:
            net.params = {**params, name: rng.standard_normal(params[name].shape)}
            if np.abs(expect.array("scores", net.loss(X), (6, 4), "float") - scores).max() > 1e-3:
                silent = tuple(other for other in silent if other != name)
        if not silent:
            return
    if len(silent) == 3:
        expect.true(False, "are the same for all pictures.", what="scores")
    expect.true(False, f"do not change with {silent[0]}.", what="scores")


@check(
    "cnn.loss",
    side=True,
    weight=0.5,
    after=(*LAYERS, "cnn.init"),
    hint="What does a net answer that knows nothing?",
)
def first_loss(student, rng):
    """With tiny weights the loss is log C, and the scores are close to zero"""
    net = network(student, weight_scale=1e-5)
    X, y = rng.standard_normal((6, 2, 4, 6)), rng.integers(0, 4, 6)
    loss = pair(net.loss(X, y))[0]
    try:
        expect.number("loss", loss, np.log(4), rtol=1e-3)
    except CheckFailed:  # true to a softmax_loss that has lost its points in homework 3
        expect.number("loss", loss, student.layers.softmax_loss(np.zeros((6, 4)), y)[0], rtol=1e-3)
    expect.close("scores", expect.array("scores", net.loss(X), (6, 4), "float"), np.zeros((6, 4)), atol=1e-3)


@check("cnn.loss", weight=2, after=(*LAYERS, "cnn.init"), hint=NET)
def all_gradients(student, rng):
    """Every gradient agrees with finite differences"""
    net = network(student)
    start = dict(net.params)
    for _ in range(20):  # where all units of a layer are off, no gradient passes
        X, y, params = rng.standard_normal((3, 2, 4, 6)), rng.integers(0, 4, 3), away_from_zero(rng, start)
        own = own_gradients(student, params, X, y)
        if own is not None:
            break
    net.params = params
    _, grads = pair(net.loss(X, y))
    for name in ("W3", "b3", "W2", "b2", "W1", "b1"):

        def loss(value, name=name):
            net.params = {**params, name: value}
            return net.loss(X, y)[0]

        try:
            expect.gradient(f"gradient of {name}", loss, params[name], grads[name], rng=rng)
        except CheckFailed:  # true to layers that have lost their own questions' points
            if own is None:
                raise
            expect.close(f"gradient of {name}", grads[name], own[name])


@check("cnn.loss", weight=1, after=(*LAYERS, "cnn.init"), hint=PENALTY)
def penalty(student, rng):
    """The penalty is half of reg times all squared weights, and has its part in the gradients"""
    X, y = rng.standard_normal((3, 2, 4, 6)), rng.integers(0, 4, 3)
    params = away_from_zero(rng, dict(network(student).params))
    results = []
    for reg in (0.0, 0.8):
        net = network(student, reg=reg)
        net.params = params
        results.append(pair(net.loss(X, y)))
    squares = sum(float(np.sum(params[name] ** 2)) for name in ("W1", "W2", "W3"))
    expect.number("the penalty", float(results[1][0]) - float(results[0][0]), 0.4 * squares)
    for name in params:
        goal = 0.8 * params[name] if name.startswith("W") else np.zeros(params[name].shape)
        expect.close(f"its part of the gradient of {name}", results[1][1][name] - results[0][1][name], goal)


@check("cnn.shifted", hint=MOVE)
def moved_by_hand(student, rng):
    """A picture of 3 × 4 numbers, one row down and two columns to the right, and back"""
    picture = np.arange(1.0, 13.0).reshape(1, 1, 3, 4)
    there = np.array([[0, 0, 0, 0], [0, 0, 1, 2], [0, 0, 5, 6.0]])[None, None]
    back = np.array([[7, 8, 0, 0], [11, 12, 0, 0], [0, 0, 0, 0.0]])[None, None]
    expect.close("one down, two to the right", student.notebook.shifted(picture, 1, 2), there)
    expect.close("one up, two to the left", student.notebook.shifted(picture, -1, -2), back)
    expect.close("not moved at all", student.notebook.shifted(picture, 0, 0), picture)


@check("cnn.shifted", side=True, weight=0.5)
def moved_copies(student, rng):
    """The pictures themselves stay as they are, and keep their type"""
    images = rng.standard_normal((2, 3, 4, 5)).astype(np.float32)
    moved = expect.unchanged(student, lambda images: student.notebook.shifted(images, 1, 0), images=images)
    expect.array("the moved pictures", moved, images.shape, np.float32)


@check(
    "cnn.accuracy",
    side=True,
    weight=0.05,
    hint="save_net in the first cell of the notebook writes them all.",
)
def saved_network(student, rng):
    """cnn_best.npz holds the layers of a network and the mean image"""
    saved = student.saved("cnn_best.npz")
    depth = sum(1 for name in saved if name[:1] == "W" and name[1:].isdigit())
    expect.true(depth > 0, "is missing from cnn_best.npz.", what="W1", got=sorted(saved))
    channels, side, flat = 3, 32, None
    for layer in range(1, depth + 1):
        for name in (f"W{layer}", f"b{layer}"):
            expect.true(name in saved, "is missing from cnn_best.npz.", what=name, got=sorted(saved))
        W = saved[f"W{layer}"]
        rows = W.shape[0] if W.ndim else 0
        if W.ndim == 4 and flat is None:
            expect.array(f"W{layer}", W, (rows, channels, W.shape[2], W.shape[2]), "float")
            channels, side = rows, side // 2
        else:
            flat = channels * side * side if flat is None else flat
            expect.array(f"W{layer}", W, (rows, flat), "float")
            flat = rows
        expect.array(f"b{layer}", saved[f"b{layer}"], (rows,), "float")
    expect.true(flat == 10, "should be affine and have ten scores.", what="the last layer", got=flat)
    expect.true("mean" in saved, "is missing from cnn_best.npz.", what="mean", got=sorted(saved))
    expect.array("mean", saved["mean"], (32, 32, 3), "float")
