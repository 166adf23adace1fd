"""Hidden checks of the convolutional network: against the truth, or against the student's own layers in this order."""

import numpy as np

from labkit.checks import CheckFailed, StudentError, check, expect
from labkit.gradcheck import numerical_gradient

SHAPES = "What does each layer hand to the next? Write down the sizes of one picture's numbers on the way up."
CHANCE = "Where do the random numbers come from? The generator is an argument."
NET = "Convolution, ReLU, pooling, affine, ReLU, affine, softmax. Then all of it backwards, each layer with its own cache."
MOVE = "Which rows of the old picture are still to be seen, and where? What fills the rest?"
LAYERS = (
    "layers.affine_forward",
    "layers.affine_backward",
    "layers.relu_forward",
    "layers.relu_backward",
    "layers.softmax_loss",
    "conv_layers.conv_forward_fast",
    "conv_layers.conv_backward_fast",
    "conv_layer_utils.conv_relu_pool",
)
POOL = {"pool_height": 2, "pool_width": 2, "stride": 2}
# pictures (channels, H, W), filters, filter size, hidden units, classes
NETS = (((2, 4, 6), 3, 3, 5, 4), ((1, 6, 2), 2, 5, 4, 3), ((3, 4, 4), 4, 1, 3, 2))


def numbers(rng, sizes, dtype="float64"):
    """Parameters of our own."""
    (channels, H, W), filters, side, hidden, classes = sizes
    shapes = {
        "W1": (filters, channels, side, side),
        "W2": (hidden, filters * (H // 2) * (W // 2)),
        "W3": (classes, hidden),
    }
    params = {name: 0.5 * rng.standard_normal(shape) for name, shape in shapes.items()}
    params |= {f"b{layer}": rng.standard_normal(len(params[f"W{layer}"])) for layer in (1, 2, 3)}
    return {name: value.astype(dtype) for name, value in params.items()}


def network(student, sizes, params, dtype="float64", reg=0.0):
    """A net with these parameters."""
    kind = student.function(f"lambda: np.{dtype}")()
    net = student.cnn.ThreeLayerConvNet(*sizes, reg=reg, dtype=kind)
    net.params = params
    return net


def true_scores(params, X):
    """Oracle: the scores."""
    w, side = params["W1"], params["W1"].shape[2]
    pad = side // 2
    padded = np.pad(np.asarray(X, float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, _, H, W = X.shape
    maps = np.zeros((N, len(w), H, W)) + params["b1"][:, None, None]
    for k in range(side):
        for m in range(side):
            maps += np.einsum("fc,ncij->nfij", w[:, :, k, m], padded[:, :, k : k + H, m : m + W])
    tiles = np.clip(maps, 0, None).reshape(N, len(w), H // 2, 2, W // 2, 2)
    h = np.maximum(tiles[:, :, :, 0], tiles[:, :, :, 1]).max(axis=-1).reshape(N, -1)
    h = np.clip(np.einsum("nd,md->nm", h, params["W2"]) + params["b2"], 0, None)
    return np.einsum("nd,md->nm", h, params["W3"]) + params["b3"]


def true_loss(params, X, y, reg):
    """Oracle: cross-entropy with the penalty of the weights."""
    scores = true_scores(params, X)
    logs = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    squares = sum(np.vdot(value, value) for name, value in params.items() if name.startswith("W"))
    return -logs[np.arange(len(y)), y].mean() + reg / 2 * squares


def own(student, params, X, y, reg, together):
    """Scores, loss and gradients by the student's own layers; `together`: with conv_relu_pool as one layer."""
    conv, layers, utils = student.conv_layers, student.layers, student.conv_layer_utils
    param = {"stride": 1, "pad": params["W1"].shape[2] // 2}
    if together:
        first = utils.conv_relu_pool_forward(X, params["W1"], params["b1"], param, POOL)
        pooled = first[0]
    else:
        maps = conv.conv_forward_fast(X, params["W1"], params["b1"], param)
        active = layers.relu_forward(maps[0])
        pool = conv.max_pool_forward_fast(active[0], POOL)
        pooled = pool[0]
    middle = layers.affine_forward(pooled, params["W2"], params["b2"])
    hidden = layers.relu_forward(middle[0])
    last = layers.affine_forward(hidden[0], params["W3"], params["b3"])
    result = layers.softmax_loss(last[0], y)
    loss, grads = result[0], {}
    back = layers.affine_backward(result[1], last[1])
    grads["W3"], grads["b3"] = back[1], back[2]
    back = layers.affine_backward(layers.relu_backward(back[0], hidden[1]), middle[1])
    grads["W2"], grads["b2"] = back[1], back[2]
    if together:
        back = utils.conv_relu_pool_backward(back[0], first[1])
    else:
        down = layers.relu_backward(conv.max_pool_backward_fast(back[0], pool[1]), active[1])
        back = conv.conv_backward_fast(down, maps[1])
    grads["W1"], grads["b1"] = back[1], back[2]
    for name in ("W1", "W2", "W3"):
        loss, grads[name] = loss + reg / 2 * np.sum(params[name] ** 2), grads[name] + reg * params[name]
    return last[0], loss, grads


def owns(student, params, X, y, reg):
    """All that the student's own layers give, as far as they run and let numbers and gradients through."""
    found = []
    for together in (False, True):
        try:
            one = own(student, params, X, y, reg, together)
            if alive(params, one, reg):
                found.append(one)
        except (StudentError, TypeError, ValueError, IndexError, KeyError, AttributeError):
            continue
    return found


def alive(params, result, reg):
    """Whether the scores differ between pictures, and every weight has a gradient besides that of its penalty."""
    scores, _, grads = result
    slopes = [np.asarray(grads[name]) - reg * params[name] for name in ("W1", "W2", "W3")]
    return varied(scores) and all(np.abs(slope).max() > 1e-6 for slope in slopes)


def varied(scores):
    """Whether the scores differ between pictures."""
    return np.ptp(np.asarray(scores, float), axis=0).max() > 1e-3


def examples(student, rng, sizes, count, reg):
    """Parameters, pictures, labels, and what the student's own layers give; drawn again where units are all off."""
    for _ in range(20):
        params = numbers(rng, sizes)
        X, y = rng.standard_normal((count, *sizes[0])), rng.integers(0, sizes[4], count)
        others = owns(student, params, X, y, reg)
        if varied(true_scores(params, X)) and others:
            break
    return params, X, y, others


def either(compare, truth, others):
    """Passes where the truth or what the student's own layers give is met; fails with the truth's message."""
    try:
        compare(*truth)
    except CheckFailed:
        for other in others:
            try:
                compare(*other)
                return
            except (CheckFailed, TypeError, KeyError, ValueError):
                continue
        raise


@check("cnn.init", weight=2, hint=SHAPES)
def other_nets(student, rng):
    """Other sizes of pictures and layers, with the default type"""
    for (channels, H, W), filters, side, hidden, classes in (*NETS, ((3, 32, 32), 32, 3, 100, 10)):
        net = student.cnn.ThreeLayerConvNet(
            (channels, H, W), filters, side, hidden, classes, rng=np.random.default_rng(int(rng.integers(99)))
        )
        params = net.params
        expect.array("W1", params["W1"], (filters, channels, side, side), np.float32)
        expect.array("W2", params["W2"], (hidden, filters * H * W // 4), np.float32)
        expect.array("W3", params["W3"], (classes, hidden), np.float32)
        for layer, size in ((1, filters), (2, hidden), (3, classes)):
            expect.close(f"b{layer}", params[f"b{layer}"], np.zeros(size))


@check("cnn.init", weight=1, hint=CHANCE)
def chance(student, rng):
    """The same generator gives the same weights, another gives others; they are normal, with mean zero"""
    make, seed = student.cnn.ThreeLayerConvNet, int(rng.integers(1000))
    one, same, other = (
        make((3, 8, 8), 120, 5, 100, 100, rng=np.random.default_rng(s)).params for s in (seed, seed, seed + 1)
    )
    for name in ("W1", "W2", "W3"):
        expect.close(f"{name} from the same generator", same[name], one[name])
        expect.true(not np.allclose(one[name], other[name]), "does not depend on rng.", what=name)
        z = one[name].astype(float).ravel() / np.sqrt(2 / np.prod(one[name].shape[1:]))
        expect.true(abs(z.mean()) < 5 / np.sqrt(z.size), "does not have mean zero.", what=name)
        expect.close(f"variance of {name}, He's being 1", float(z.var()), 1.0, rtol=0.12, atol=0)
        share = float(np.mean(np.abs(z) < 1))
        expect.true(abs(share - 0.683) < 0.04, "is not normally distributed.", what=name)


@check("cnn.loss", weight=1, after=LAYERS, hint=NET)
def scores_and_loss(student, rng):
    """Scores and loss of three nets"""
    for sizes in NETS:
        params, X, y, others = examples(student, rng, sizes, 4, 0.3)
        net = network(student, sizes, params, reg=0.3)
        found = net.loss(X), net.loss(X, y)[0]

        def compare(scores, loss, grads, found=found):
            expect.close("scores", found[0], scores)
            expect.number("loss", found[1], loss)

        truth = true_scores(params, X), true_loss(params, X, y, 0.3), None
        either(compare, truth, others)


@check("cnn.loss", weight=2, after=LAYERS, hint=NET)
def gradients(student, rng):
    """All gradients of three nets"""
    for sizes in NETS:
        params, X, y, others = examples(student, rng, sizes, 5, 0.4)
        net = network(student, sizes, params, reg=0.4)
        grads = net.loss(X, y)[1]
        names = sorted(student.function("list")(grads))
        expect.true(names == sorted(params), "are others.", what="names of the gradients", got=names)

        def compare(scores, loss, goals, grads=grads, params=params):
            for name in params:
                expect.close(f"gradient of {name}", grads[name], np.asarray(goals[name]), 1e-5, 1e-7)

        truth = {
            name: numerical_gradient(
                lambda v, name=name, p=params, X=X, y=y: true_loss({**p, name: v}, X, y, 0.4), value
            )
            for name, value in params.items()
        }
        either(compare, (None, None, truth), others)


@check("cnn.loss", side=True, weight=0.3, after=LAYERS, hint="Which line writes into self.params, or into X?")
def looks_only(student, rng):
    """Gradients of float32 parameters have their shapes, and parameters and pictures stay as they were"""
    params = numbers(rng, NETS[0], "float32")
    net = network(student, NETS[0], params, "float32", reg=0.1)
    X, y = rng.standard_normal((4, *NETS[0][0])).astype(np.float32), rng.integers(0, 4, 4)
    grads = expect.unchanged(student, lambda X: net.loss(X, y), X=X)[1]
    for name, value in params.items():
        expect.array(f"gradient of {name}", grads[name], value.shape, "float")
        expect.true(np.array_equal(net.params[name], value), "was changed by loss.", what=name)


@check(
    "cnn.loss",
    side=True,
    weight=0.3,
    after=LAYERS,
    hint="What is kept from one call to the next, or shared by two nets?",
)
def nothing_left_over(student, rng):
    """Beside another net, and with other labels in a second call, a net gives what a fresh one gives"""
    params, X, y = numbers(rng, NETS[0]), rng.standard_normal((4, *NETS[0][0])), rng.integers(0, 4, 4)
    calls = (("loss beside another net", y), ("loss with other labels", (y + 1) % 4))
    goals = [network(student, NETS[0], params, reg=0.3).loss(X, labels)[0] for _, labels in calls]
    net = network(student, NETS[0], params, reg=0.3)
    network(student, NETS[1], numbers(rng, NETS[1]), reg=0.9)
    for (what, labels), goal in zip(calls, goals, strict=True):
        expect.number(what, net.loss(X, labels)[0], goal)


@check("cnn.shifted", weight=2, hint=MOVE)
def every_direction(student, rng):
    """All directions, moves as far as the picture is large, and farther"""
    images = rng.uniform(1, 2, (2, 3, 4, 5))
    for down in (-5, -4, -3, 0, 1, 4, 6):
        for right in (-7, -5, -4, -1, 0, 2, 5, 7):
            goal = np.zeros_like(images)
            for i in range(4):
                for j in range(5):
                    if 0 <= i + down < 4 and 0 <= j + right < 5:
                        goal[:, :, i + down, j + right] = images[:, :, i, j]
            expect.close("the moved pictures", student.notebook.shifted(images, down, right), goal)
